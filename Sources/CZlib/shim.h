#pragma once
#include <string.h>
#include <zlib.h>
// inflateInit2 is a macro, which Swift does not import. 47: a gzip or zlib header, whichever stands there.
static inline int swivel_inflate_start(z_stream *stream) {
  memset(stream, 0, sizeof(z_stream));
  return inflateInit2(stream, 47);
}
