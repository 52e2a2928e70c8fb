/**
 * The formats of proxies, load balancers and stores that have a format of their own, as in their documentation. Fields that
 * older versions do not write are optional. Each row becomes a preset in `formats.ts`.
 */
import { decodeField, decodePlain } from '../lines/escapes.js';
import type { Piece } from '../lines/layout.js';
import { createPatternReader, type LogFormat } from '../lines/line-reader.js';
import { FURTHER, optional, parseTemplate } from './template.js';
import { createUnwrappingReader, stripSyslog } from './wrappers.js';

/** https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/ and its older releases */
const INGRESS = parseTemplate(
  '<remoteHost clients>',
  optional(' - [<the_real_ip until] >]'),
  ' - <user user> [<time clf>] "<request quoted>" <status status> <bytes size> "<referrer quoted>" "<userAgent quoted>"',
  ' <request_length> <request_time> [<proxy_upstream_name until] >]',
  optional(' [<proxy_alternative_upstream_name until] >]'),
  // no name in brackets is an upstream, as [2001:db8::7]:8080 is
  { skip: '(?! \\[[^\\] ]*\\] )' },
  ' <upstream_addr upstreams> <upstream_response_length upstreams>',
  ' <upstream_response_time upstreams> <upstream_status upstreams>',
  optional(' <req_id>'),
);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
const ALB = parseTemplate(
  '<type> <time iso> <elb> ',
  optional('['),
  '<remoteHost clients>',
  optional(']'),
  ':<client_port port> <target> <request_processing_time> <target_processing_time>',
  ' <response_processing_time> <status status> <target_status_code> <received_bytes size>',
  ' <bytes size> "<request quoted>" "<userAgent quoted>" <ssl_cipher> <ssl_protocol>',
  optional(
    ' <target_group_arn> "<trace_id quoted>"',
    optional(
      ' "<virtualHost quoted>" "<chosen_cert_arn quoted>"',
      optional(
        ' <matched_rule_priority> <request_creation_time> "<actions_executed quoted>"',
        optional(' "<redirect_url quoted>"', optional(' "<error_reason quoted>"', FURTHER)),
      ),
    ),
  ),
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
const S3 = parseTemplate(
  '<bucket_owner> <bucket> [<time clf>] <remoteHost clients> <user> <request_id> <operation> <key> ',
  ...maybeQuoted('request'),
  ' <status status> <error_code> <bytes size> <object_size> <total_time> <turn_around_time> ',
  ...maybeQuoted('referrer'),
  ' ',
  ...maybeQuoted('userAgent'),
  ' <version_id>',
  optional(
    ' <host_id> <signature_version> <cipher_suite> <authentication_type> <virtualHost>',
    optional(' <tls_version>', optional(' <access_point_arn>', optional(' <acl_required>', FURTHER))),
  ),
);

/** A field that older versions write without quotes. */
function maybeQuoted(field: string): readonly Piece[] {
  return parseTemplate(optional('"'), `<${field} maybeQuoted>`, optional('"'));
}

/** https://docs.haproxy.org/3.0/configuration.html#8.2.3; the status of a request without an answer is -1 */
const HAPROXY = parseTemplate(
  '<remoteHost clients>:<client_port port> [<time local>] <frontend> <backend>/<server> <timers>',
  ' <status status>',
  { skip: '(?:(?<=-)1)?' },
  ' ',
  { skip: '\\+?' },
  '<bytes size> <request_cookie> <response_cookie> <termination_state> <connections> <queues>',
  optional(' {<request_headers until}>}'),
  optional(' {<response_headers until}>}'),
  ' "<request quoted>"',
  FURTHER,
);

/** https://wiki.squid-cache.org/Features/LogFormat: squid's native format, with `log_mime_hdrs` or not */
const SQUID = parseTemplate(
  '<time epoch>  <elapsed> <remoteHost clients> <result>/<status status> <bytes size> <method>',
  ' <target> <user> <hierarchy>/<peer> <mime_type>',
  optional(' [<request_headers until]>] [<response_headers until]>]'),
);

/** https://doc.traefik.io/traefik/observability/access-logs/ */
const TRAEFIK = parseTemplate(
  '<remoteHost clients> - <user user> [<time clf>] "<request quoted>" <status status> <bytes size>',
  ' "<referrer quoted>" "<userAgent quoted>" <request_count> "<router quoted>" "<server_url quoted>"',
  ' <duration shortToken>ms',
);

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage; no answer is 0 */
const ENVOY = parseTemplate(
  '[<time iso>] "<request quoted>" ',
  optional('<status status>'),
  { skip: '(?:(?<= )0|(?<! ))' },
  ' <response_flags> <bytes_received size> <bytes size> <duration> <upstream_service_time>',
  ' "<X-Forwarded-For quoted>" "<userAgent quoted>" "<request_id quoted>" "<virtualHost quoted>"',
  ' "<upstream_host quoted>"',
);

/** HAProxy writes `"`, `#`, controls and all that is not ASCII as `#` and two digits. */
function decodeHashes(value: string): string {
  return decodeField(value.replaceAll('\\', '\\\\').replace(/#([0-9A-Fa-f]{2})/g, '\\x$1'));
}

const CLF_START =
  '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"';

export const PRODUCT_FORMATS: readonly LogFormat[] = [
  {
    name: 'ingress',
    summary: "ingress-nginx's own format, of one upstream or several",
    example: `${CLF_START} 87 0.003 [shop-web-80] [] 10.0.0.7:8080 5120 0.003 200 0123456789abcdef0123456789abcdef`,
    createReader: (wanted) => createPatternReader(INGRESS, wanted),
  },
  {
    name: 'traefik',
    summary: "Traefik's common log format; its JSON is json",
    example: `${CLF_START} 17 "web@docker" "http://10.0.0.7:8080" 3ms`,
    createReader: (wanted) => createPatternReader(TRAEFIK, wanted),
  },
  {
    name: 'haproxy',
    summary: "HAProxy's option httplog, with the prefix of syslog or not",
    example:
      'Apr 14 10:22:31 lb1 haproxy[812]: 203.0.113.9:51234 [14/Apr/2026:10:22:31.123] web~ app/app1 0/0/1/12/13 200 5120 - - ---- 1/1/0/0/0 0/0 "GET /photos/1234/ HTTP/1.1"',
    // it sends its lines to syslog, whose prefix is therefore a part of the format that may be missing
    createReader: (wanted) => {
      const reader = createPatternReader(HAPROXY, wanted, decodeHashes);
      return createUnwrappingReader(reader, (line) => stripSyslog(line) ?? line);
    },
  },
  {
    name: 'envoy',
    summary: "Envoy's default format",
    example:
      '[2026-04-14T08:22:31.123Z] "GET /photos/1234/ HTTP/1.1" 200 - 0 5120 13 12 "203.0.113.9" "Mozilla/5.0" "01234567-89ab-cdef-0123-456789abcdef" "www.example.com" "10.0.0.7:8080"',
    createReader: (wanted) => createPatternReader(ENVOY, wanted, decodePlain),
  },
  {
    name: 'squid',
    summary: "Squid's native format; the day is that of UTC",
    example:
      '1776154951.123     13 203.0.113.9 TCP_MISS/200 5120 GET http://www.example.com/photos/1234/ - HIER_DIRECT/198.51.100.7 text/html',
    createReader: (wanted) => createPatternReader(SQUID, wanted, decodePlain),
  },
  {
    name: 'alb',
    summary: "AWS's application load balancer; the day is that of UTC",
    example:
      'http 2026-04-14T08:22:31.123456Z app/web/0123456789abcdef 203.0.113.9:51234 10.0.0.7:8080 0.000 0.012 0.000 200 200 87 5120 "GET http://www.example.com:80/photos/1234/ HTTP/1.1" "Mozilla/5.0" - - arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef "Root=1-69de0b87-0123456789abcdef01234567" "-" "-" 0 2026-04-14T08:22:31.110000Z "forward" "-" "-" "10.0.0.7:8080" "200" "-" "-"',
    createReader: (wanted) => createPatternReader(ALB, wanted),
  },
  {
    name: 's3',
    summary: "Amazon S3's server access log; the day is that of UTC",
    example:
      '0123456789abcdef example-bucket [14/Apr/2026:08:22:31 +0000] 203.0.113.9 - 0123456789ABCDEF REST.GET.OBJECT photos/1234/ "GET /photos/1234/ HTTP/1.1" 200 - 5120 5120 13 12 "-" "Mozilla/5.0" - aG9zdA== - ECDHE-RSA-AES128-GCM-SHA256 - example-bucket.s3.eu-west-1.amazonaws.com TLSv1.3 - -',
    createReader: (wanted) => createPatternReader(S3, wanted),
  },
];
