// An audit file's text as records with their places: one record a line, its elements separated by
// `*`. Nothing is left out, nothing is interpreted. Source: EVA-DTS 6.1.1, chapter 4. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brewproof::books {

/// Where something stands in a file; columns count bytes.
struct Place {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1
  std::size_t offset = 0;  // bytes from the file's beginning
  friend bool operator==(const Place&, const Place&) = default;
};

/// What is wrong at a place, or only unusual.
struct Remark {
  Place at;
  std::string text;
  bool damage = true;  // false: unusual, and nothing is lost by it
};

struct AuditRecord {
  std::string name;                   // "VA1"
  std::vector<std::string> elements;  // VA101 is elements[0]; bytes as the machine wrote them
  Place at;
  /// The file ended inside it: its last element may lack its end.
  bool cut = false;

  /// VA101 is element 1; "" where there is none.
  [[nodiscard]] std::string_view element(std::size_t number) const {
    return number >= 1 && number <= elements.size() ? std::string_view(elements[number - 1])
                                                    : std::string_view();
  }
  /// Where element `number` begins; the record's end where there is none.
  [[nodiscard]] Place place_of(std::size_t number) const;
};

/// "VA101" for element 1 of VA1.
[[nodiscard]] std::string element_name(std::string_view record, std::size_t number);

/// Line by line through a file. CR LF ends a line; LF or CR alone do too, and are remarked once.
class RecordReader {
 public:
  explicit RecordReader(std::string_view file);

  /// One line that is not empty, and the record that it is.
  struct Line {
    std::string_view text;  // without its end
    AuditRecord record;
  };
  [[nodiscard]] std::optional<Line> next();
  /// The file's end.
  [[nodiscard]] Place end() const { return {line_, position_ - line_start_ + 1, position_}; }
  /// What was remarked up to here, in order of place.
  [[nodiscard]] std::vector<Remark> take_remarks() { return std::move(remarks_); }

 private:
  void look_at_bytes(std::string_view text, const Place& at);
  void look_at_end(std::string_view end, const Place& at);

  std::string_view file_;
  std::size_t position_ = 0, line_start_ = 0, line_ = 1;
  bool lone_end_told_ = false, blank_told_ = false;
  std::vector<Remark> remarks_;
};

}  // namespace brewproof::books
