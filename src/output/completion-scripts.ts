/**
 * The scripts by which shells complete the command line of logtally. Each asks the program what can come next
 * (`completion/complete.ts`), and evaluates nothing that is on the command line. The first line of the answer says what it is:
 * `values` in the lines behind it, or paths of `files` or `folders`, which the shell itself knows.
 */

const HEAD = 'completion of logtally; the program itself says what can come next.';

/** COMP_WORDS are cut at = and :, and $2 is what is behind the last of them. */
const BASH = `# bash ${HEAD}
_logtally() {
    local kind value quoted words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
    COMPREPLY=()
    if [[ \${COMP_WORDS[COMP_CWORD - 1]} == *[\\<\\>]* ]]; then
        compopt -o default
        return
    fi
    [[ \${COMP_WORDS[COMP_CWORD]} == [=:]* ]] && words+=("\${COMP_WORDS[COMP_CWORD]}")
    {
        read -r kind
        while IFS= read -r value; do
            printf -v quoted %q "$value"
            # within an open quote bash inserts what it is given: nothing that a shell reads otherwise
            if [[ \${COMP_WORDS[COMP_CWORD]} == [\\'\\"]* && $quoted != "$value" ]]; then continue; fi
            COMPREPLY+=("$quoted")
        done
    } < <(logtally complete bash -- "\${words[@]}" "$2" 2>/dev/null)
    case $kind in
        files) compopt -o default ;;
        folders) compopt -o dirnames ;;
    esac
}
complete -F _logtally logtally
`;

const ZSH = `#compdef logtally
# zsh ${HEAD}
_logtally() {
    local kind
    local -a answer
    answer=("\${(@f)$(logtally complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
    kind=\${answer[1]}
    answer=("\${(@)answer[2,-1]}")
    compset -P 1 '--*='
    case $kind in
        files) _files ;;
        folders) _files -/ ;;
        values) _describe -t values value answer ;;
    esac
}
if [ "\${funcstack[1]}" = _logtally ]; then
    _logtally "$@"
else
    compdef _logtally logtally
fi
`;

const FISH = `# fish ${HEAD}
function __logtally_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l answer (logtally complete fish -- $words "$current" 2>/dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$kind"
        case files
            printf "$option%s\\n" (__fish_complete_path "$path")
        case folders
            printf "$option%s\\n" (__fish_complete_directories "$path")
        case values
            printf '%s\\n' $answer
    end
end
complete -c logtally -f -a '(__logtally_complete)'
`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type Shell = keyof typeof SCRIPTS;

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** The script for a shell, to be sourced or to be put where the shell looks for such scripts. */
export function getCompletionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/** One of several things that can stand at a place of the command line. */
export interface Candidate {
  readonly value: string;
  /** What it means, for the shells that show it; empty if nothing is to be said. */
  readonly description: string;
}

/** What can come next: one of these, or a path. */
export type Answer = 'files' | 'folders' | readonly Candidate[];

/**
 * Formats an answer as the script of a shell reads it.
 *
 * @param cut characters of each value that the shell does not want to have again
 */
export function formatCompletion(answer: Answer, shell: Shell, cut: number): string {
  if (typeof answer === 'string') return `${answer}\n`;
  const lines = answer.map(({ value, description }) => formatCandidate(value.slice(cut), description, shell));
  return `values\n${lines.map((line) => `${line}\n`).join('')}`;
}

function formatCandidate(value: string, description: string, shell: Shell): string {
  if (shell === 'bash' || description === '') return shell === 'zsh' ? escapeColons(value) : value;
  return shell === 'zsh' ? `${escapeColons(value)}:${description}` : `${value}\t${description}`;
}

/** zsh takes what is behind a colon for the description. */
function escapeColons(value: string): string {
  return value.replaceAll(/[\\:]/g, '\\$&');
}
