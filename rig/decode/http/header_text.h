// Header text as devices send it, made into what a strict parser takes: lines that end in LF alone
// (RFC 9112 section 2.2 lets one read them), spaces inside a request-target, a status line without
// the space before its empty reason, padding behind the size of a chunk.
#pragma once

#include <string>
#include <string_view>

namespace brewproof::decode {

/// How many bytes of `text` the rest of a header has, its empty line included; 0: the end has not
/// come. `scanned` says how far earlier looks at the same text came.
[[nodiscard]] std::size_t header_size(std::string_view text, std::size_t& scanned);

/// Whether the first line in `text` ends in LF alone.
[[nodiscard]] bool ends_lines_bare(std::string_view text);

/// Whether `line` looks like the first line of a request or response, whatever is wrong with it.
[[nodiscard]] bool is_first_line(std::string_view line);

/// Mends the first line of `header`; false: there was nothing to mend in it.
bool mend_first_line(std::string& header);

/// Ends every line in CR LF; false: every line did already.
bool end_lines_in_crlf(std::string& header);

/// Where the last `lines` lines of `text` begin, which ends with a line end.
[[nodiscard]] std::size_t offset_of_line(std::string_view text, std::ptrdiff_t lines);

/// The first line of a chunk, with zeros before its size instead of what does not belong behind it,
/// so that it is as long as before. `text` may begin with the line end of the chunk before. "":
/// there is no such line.
[[nodiscard]] std::string clean_chunk_line(std::string_view text);

}  // namespace brewproof::decode
