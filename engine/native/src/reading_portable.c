/* Without instructions that not every processor of its kind has. */
#define CONVERT ponder_convert_portable
#include "reading_rows.inc"
