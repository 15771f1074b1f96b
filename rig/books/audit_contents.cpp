#include "rig/books/audit_contents.h"

#include <fmt/format.h>

#include <charconv>

namespace brewproof::books {
namespace {

// Bytes from a file as a remark may show them: ASCII, cut at 40.
std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      text += c;
    else
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
  }
  text += bytes.size() > 40 ? "...\"" : "\"";
  return text;
}

// The number in an element; absent where it is empty, or no number, which is remarked.
std::optional<std::int64_t> number_in(const AuditRecord& record, std::size_t number, Audit& audit) {
  const std::string_view text = record.element(number);
  if (text.empty()) return std::nullopt;
  const auto value = number_of(text);
  if (!value)
    audit.remarks.push_back(
        {record.place_of(number), fmt::format("{} is {}, not a number of up to 18 digits",
                                              element_name(record.name, number), quoted(text))});
  return value;
}

Amounts amounts_in(const AuditRecord& record, const TallyElements& where, Audit& audit) {
  Amounts amounts;
  if (where.count != 0) amounts.count = number_in(record, where.count, audit);
  if (where.value != 0) amounts.value = number_in(record, where.value, audit);
  return amounts;
}

// What a counter is of; nullopt where it should be of a product and none stands before it.
std::optional<std::string> named(const CounterKind& kind, const AuditRecord& record,
                                 const Audit& audit) {
  if (kind.of == CounterKind::Of::machine) return "";
  if (kind.of == CounterKind::Of::product) {
    if (audit.products.empty()) return std::nullopt;
    return audit.products.back().id;
  }
  std::string name;
  for (std::size_t i = 1; i <= kind.named_by; ++i) {
    if (i > 1) name += '*';
    name += record.element(i);
  }
  return name;
}

void take_counters(const AuditRecord& record, Audit& audit) {
  for (const CounterKind& kind : counter_kinds_of(record.name)) {
    auto of = named(kind, record, audit);
    if (!of) {
      audit.remarks.push_back(
          {record.at, fmt::format("{} counts for the product of the PA1 before it, and there is no "
                                  "PA1",
                                  record.name)});
      return;
    }
    Counter counter{&kind, std::move(*of), amounts_in(record, kind.since_initialisation, audit),
                    amounts_in(record, kind.since_reset, audit), record.at};
    if (counter.since_initialisation != Amounts{} || counter.since_reset != Amounts{})
      audit.counters.push_back(std::move(counter));
  }
}

void take_currency(const AuditRecord& record, Audit& audit) {
  const std::string_view point = record.element(1);
  if (point.size() == 1 && point.front() >= '0' && point.front() <= '9')
    audit.currency.decimals = point.front() - '0';
  else
    audit.remarks.push_back(
        {record.place_of(1),
         fmt::format("ID401 is {}, not the number of decimals: values are shown "
                     "without a point",
                     quoted(point))});
  audit.currency.code = record.element(record.element(3).empty() ? 2 : 3);
}

std::string text(const AuditRecord& record, std::size_t number) {
  return std::string(record.element(number));
}

void take_product(const AuditRecord& record, Audit& audit) {
  if (record.element(1).empty())
    audit.remarks.push_back({record.place_of(1), "PA101, the product's number, is empty"});
  audit.products.push_back(
      {text(record, 1), text(record, 3), number_in(record, 2, audit), record.at});
}

}  // namespace

std::optional<std::int64_t> number_of(std::string_view digits) {
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || stop != end || digits.front() == '-') return std::nullopt;
  return value;
}

void take_contents(const AuditRecord& record, Audit& audit) {
  const std::string& name = record.name;
  if (name == "ID1") {
    audit.machine = {text(record, 1), text(record, 2), text(record, 3), text(record, 4),
                     text(record, 6)};
  } else if (name == "ID4") {
    take_currency(record, audit);
  } else if (name == "ID5") {
    audit.date = record.element(1);
    audit.time = record.element(2);
  } else if (name == "CB1") {
    audit.board = {text(record, 1), text(record, 2), text(record, 3)};
  } else if (name == "PA1") {
    take_product(record, audit);
  } else if (name == "EA1") {
    audit.events.push_back({text(record, 1), text(record, 2), text(record, 3), record.at});
  } else if (name == "EA4") {
    audit.initialised = text(record, 1) + " " + text(record, 2);
  } else {
    take_counters(record, audit);
  }
}

}  // namespace brewproof::books
