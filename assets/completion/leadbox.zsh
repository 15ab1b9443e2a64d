#compdef leadbox
# Completion of leadbox for zsh: `source <(leadbox completions zsh)` in ~/.zshrc, behind compinit.
_leadbox() {
    local -a found=("${(@f)$(
        COMPLETE=zsh _CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$((CURRENT - 1)) leadbox -- "${words[@]}" 2>/dev/null
    )}")
    local -a open=() whole=()
    local each
    for each in $found; do
        # A term or a folder goes on behind its last character: no blank follows.
        if [[ "${${each//\\:/}%%:*}" == */ || "$each" == *'\:' || "$each" == *'\::'* ]]; then
            open+=("$each")
        else
            whole+=("$each")
        fi
    done
    (( $#open )) && _describe -V leadbox open -S ''
    (( $#whole )) && _describe -V leadbox whole
}
if [[ "$funcstack[1]" == _leadbox ]]; then
    _leadbox "$@"
else
    compdef _leadbox leadbox
fi
