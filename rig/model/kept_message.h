// A message as the analysis keeps it, by the million: what messages of one kind have in common (the
// peer, the names, the paths) stands once for all of them, the values stand one behind the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/model/form.h"
#include "rig/model/message.h"

namespace brewproof {

/// A Field that stands elsewhere.
struct FieldView {
  std::string_view path;
  std::string_view value;
  FieldType type = FieldType::text;
  bool cut = false;
  friend bool operator==(const FieldView&, const FieldView&) = default;
};

/// What messages of one kind have in common.
struct MessageHeading {
  struct Column {
    std::string path;
    FieldType type = FieldType::text;
    bool cut = false;
  };
  Endpoint peer;
  std::string protocol, message;
  std::vector<Column> columns;
  std::vector<std::string> notes;
};

/// The fields of a kept message in their order; valid as long as the message or a copy of it.
class KeptFields {
 public:
  class Iterator {
   public:
    using value_type = FieldView;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const MessageHeading::Column* column, ByteView values)
        : column_(column), values_(values) {}
    FieldView operator*() const {
      FormReader here = values_;
      return {column_->path, here.text(), column_->type, column_->cut};
    }
    Iterator& operator++() {
      (void)values_.text();
      ++column_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.column_ == b.column_; }

   private:
    const MessageHeading::Column* column_ = nullptr;
    FormReader values_{ByteView()};  // from the column's on
  };

  KeptFields(const std::vector<MessageHeading::Column>& columns, ByteView values)
      : columns_(&columns), values_(values) {}

  [[nodiscard]] Iterator begin() const { return {columns_->data(), values_}; }
  [[nodiscard]] Iterator end() const { return {columns_->data() + columns_->size(), {}}; }
  [[nodiscard]] std::size_t size() const { return columns_->size(); }
  [[nodiscard]] bool empty() const { return columns_->empty(); }

 private:
  const std::vector<MessageHeading::Column>* columns_;
  ByteView values_;
};

/// All of a Message, in about a fifth of its memory. Copies share what does not change.
class KeptMessage {
 public:
  KeptMessage();
  /// Shares nothing with other messages; a MessageKeeper makes those that do.
  KeptMessage(const Message& message);  // NOLINT(google-explicit-constructor): it is the same

  // As in Message.
  std::int64_t time_ns = 0, last_time_ns = 0;
  std::uint64_t flow = 0;
  std::uint64_t size = 0, value_bytes = 0, sealed_bytes = 0, unexplained_bytes = 0;
  std::uint64_t repeat_bytes = 0;
  std::uint32_t repeats = 0;
  std::uint16_t dut_port = 0;
  bool from_dut = false, tls = false, malformed = false, gap = false;
  PacketPlace first, last;

  [[nodiscard]] const Endpoint& peer() const { return heading_->peer; }
  [[nodiscard]] const std::string& protocol() const { return heading_->protocol; }
  [[nodiscard]] const std::string& message() const { return heading_->message; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return heading_->notes; }
  [[nodiscard]] KeptFields fields() const {
    return {heading_->columns, {values_.get(), values_size_}};
  }

  /// Shared by messages of one kind: what depends on it alone can be asked once for all of them.
  [[nodiscard]] const MessageHeading& heading() const { return *heading_; }

  /// The first of this path.
  [[nodiscard]] std::optional<FieldView> field(std::string_view path) const;
  [[nodiscard]] Message whole() const;

 private:
  friend class MessageKeeper;
  KeptMessage(const Message& message, std::shared_ptr<const MessageHeading> heading);

  std::shared_ptr<const MessageHeading> heading_;
  std::shared_ptr<const std::uint8_t[]> values_;  // each as FormWriter writes a text
  std::size_t values_size_ = 0;                   // bytes
};

/// Keeps messages so that those of one kind share their heading.
class MessageKeeper {
 public:
  [[nodiscard]] KeptMessage keep(const Message& message);

 private:
  // Of headings that can still be shared. Beyond it all are forgotten: a machine that never says
  // the same twice shares nothing anyway.
  static constexpr std::size_t most_bytes = 16u << 20;

  std::unordered_map<std::string, std::shared_ptr<const MessageHeading>> headings_;
  std::size_t bytes_ = 0;
};

}  // namespace brewproof

template <>
inline constexpr bool std::ranges::enable_borrowed_range<brewproof::KeptFields> = true;
