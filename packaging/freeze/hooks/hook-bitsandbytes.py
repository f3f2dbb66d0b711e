"""In place of the hook that comes with PyInstaller, which takes the libraries for every GPU there is, and whatever each
of them needs that happens to be on the machine.
"""

from bundle_contents import cuda_version, flavour, is_wanted
from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = [
    (source, place)
    for source, place in collect_dynamic_libs("bitsandbytes")
    if is_wanted(f"{place}/{source.replace(chr(92), '/').rpartition('/')[2]}", flavour(), cuda_version())
]
module_collection_mode = "pyz+py"  # Triton's functions, if there are any, are compiled from their sources
