#!/bin/sh
# Removes what install.sh installed. Chats, settings and models stay, unless whoever runs this says otherwise.
set -eu

usage="usage: uninstall.sh [--keep-data | --delete-data]"
choice=ask
case ${1:-} in
"") ;;
--keep-data) choice=keep ;;
--delete-data) choice=delete ;;
*)
    echo "$usage" >&2
    exit 2
    ;;
esac

share=${XDG_DATA_HOME:-$HOME/.local/share}
program=$HOME/.local/lib/ponder
command=$HOME/.local/bin/ponder
id=chat.ponder.Ponder

# Only its own link: somebody may have put another ponder there.
if [ "$(readlink -- "$command" 2>/dev/null)" = "$program/ponder" ]; then
    rm -f "$command"
fi
rm -f "$share/applications/$id.desktop" "$share/metainfo/$id.metainfo.xml" "$share/man/man1/ponder.1.gz"
find "$share/icons/hicolor" -path "*/apps/$id*" -type f -delete 2>/dev/null || true
rm -rf "$program"
if command -v update-desktop-database >/dev/null; then
    update-desktop-database "$share/applications" || true
fi
echo "Ponder is removed."

# Those of app/core/paths.py. A folder chosen by PONDER_HOME is left alone in any case.
set -- "$share/ponder" "${XDG_CONFIG_HOME:-$HOME/.config}/ponder" "${XDG_CACHE_HOME:-$HOME/.cache}/ponder" \
    "${XDG_STATE_HOME:-$HOME/.local/state}/ponder"
there=
for folder in "$@"; do
    if [ -e "$folder" ]; then
        there="$there
  $folder ($(du -sh -- "$folder" | cut -f 1))"
    fi
done
if [ -z "$there" ]; then
    exit 0
fi
if [ "$choice" = ask ] && [ -t 0 ]; then
    echo "Your chats, settings and models are in:$there"
    printf 'Delete them for good? [y/N] '
    read -r answer || answer=
    case $answer in
    [yY] | [yY][eE][sS]) choice=delete ;;
    esac
fi
if [ "$choice" = delete ]; then
    rm -rf "$@"
    echo "Your chats, settings and models are deleted."
else
    echo "Your chats, settings and models are kept in:$there"
fi
