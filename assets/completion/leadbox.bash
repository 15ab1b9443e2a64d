# Completion of leadbox for bash: `source <(leadbox completions bash)` in ~/.bashrc.
_leadbox() {
    local words=("${COMP_WORDS[@]}")
    # What stands behind the cursor is not of the word that is typed; a colon that bash broke off is.
    if [[ "${BASH_VERSINFO[0]}" -ge 4 && ! "${words[COMP_CWORD]}" =~ ^[:=]+$ ]]; then
        # A quote that is still open is not of $2.
        local quote="${words[COMP_CWORD]:0:1}"
        [[ "$quote" == [\"\'] && "${2:0:1}" != "$quote" ]] || quote=""
        words[COMP_CWORD]="$quote$2"
    fi
    COMPREPLY=()
    IFS=$'\013' read -r -d '' -a COMPREPLY < <(
        COMPLETE=bash _CLAP_IFS=$'\013' _CLAP_COMPLETE_INDEX="$COMP_CWORD" leadbox -- "${words[@]}" 2>/dev/null
    )
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" =~ [=/:]$ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
if [[ "${BASH_VERSINFO[0]}" -gt 4 || "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 ]]; then
    complete -o bashdefault -o nosort -F _leadbox leadbox
else
    complete -o bashdefault -F _leadbox leadbox
fi
