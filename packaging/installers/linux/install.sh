#!/bin/sh
# Installs Ponder, or a newer version of it, for the person who runs this. Writes below the home folder only.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin
program=$HOME/.local/lib/ponder
id=chat.ponder.Ponder

if [ ! -x "$here/ponder/ponder" ]; then
    echo "There is no ponder folder beside this script. Unpack the whole archive first." >&2
    exit 1
fi
# Compared by sort because 2.4 is older than 2.34.
needed=2.34
found=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || found=
if [ -z "$found" ] || [ "$(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n 1)" != "$needed" ]; then
    echo "Ponder needs glibc $needed or newer; this system has ${found:-another C library}." >&2
    exit 1
fi

# The old version goes only when the new one is there as a whole; none of its files stay behind.
mkdir -p "$bin" "$(dirname -- "$program")"
rm -rf "$program.new" "$program.old"
cp -a "$here/ponder" "$program.new"
cp "$here/uninstall.sh" "$program.new/uninstall.sh"
if [ -e "$program" ]; then
    mv "$program" "$program.old"
fi
mv "$program.new" "$program"
rm -rf "$program.old"
ln -sfn "$program/ponder" "$bin/ponder"

(cd "$here/share" && find applications icons man metainfo -type f) | while IFS= read -r file; do
    mkdir -p "$share/$(dirname -- "$file")"
    cp "$here/share/$file" "$share/$file"
done
# A menu need not know the folder of a person's own programs. Four characters mean something inside the quotes, and a
# backslash is written four times: once more for the quotes, and each of the two again for the file.
quoted=$(printf '%s' "$bin/ponder" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
entry=$share/applications/$id.desktop
while IFS= read -r line; do
    case $line in
    Exec=*) printf 'Exec="%s"\n' "$quoted" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$here/share/applications/$id.desktop" >"$entry"

if command -v update-desktop-database >/dev/null; then
    update-desktop-database "$share/applications" || true
fi
echo "Ponder is installed: it is in the menu, and $bin/ponder starts it."
echo "To remove it: $program/uninstall.sh"
case :$PATH: in
*:"$bin":*) ;;
*) echo "For the command \`ponder\` in a terminal, add $bin to PATH." ;;
esac
