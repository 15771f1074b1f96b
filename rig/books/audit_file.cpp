#include "rig/books/audit_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <charconv>
#include <iterator>
#include <tuple>
#include <utility>

#include "rig/books/audit_contents.h"

namespace brewproof::books {
namespace {

constexpr std::size_t most_remarks = 100;  // of one reading: what is no audit file has one a line

// CRC-16/ARC: polynomial 8005 reflected, begun with 0.
using Crc = boost::crc_16_type;

void cut_short(std::vector<Remark>& remarks) {
  if (remarks.size() <= most_remarks) return;
  const std::size_t more = remarks.size() - most_remarks;
  remarks.resize(most_remarks);
  remarks.push_back({remarks.back().at, fmt::format("and {} more of its kind behind it", more)});
}

std::uint16_t swapped(std::uint16_t value) {
  return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

void order(std::vector<Remark>& remarks) {
  std::ranges::sort(remarks, {},
                    [](const Remark& remark) { return std::tie(remark.at.offset, remark.text); });
}

// The readings of a file, taken line by line.
class Reader {
 public:
  AuditFile read(std::string_view bytes) {
    RecordReader lines(bytes);
    while (auto line = lines.next()) {
      for (Remark& remark : lines.take_remarks()) remarks().push_back(std::move(remark));
      take(line->text, std::move(line->record));
    }
    for (Remark& remark : lines.take_remarks()) remarks().push_back(std::move(remark));
    end_of_file(lines.end());
    return std::move(file_);
  }

 private:
  enum class Where {
    between,  // outside of everything
    begun,    // behind DXS
    set,      // between ST and SE
    closed,   // behind SE
  };

  std::vector<Remark>& remarks() {
    return where_ == Where::set ? file_.audits.back().remarks : file_.remarks;
  }
  void wrong(const Place& at, std::string text) { remarks().push_back({at, std::move(text)}); }

  void take(std::string_view text, AuditRecord record) {
    if (record.name == "DXS") return begin_transmission(std::move(record));
    if (record.name == "DXE") return end_transmission(std::move(record));
    if (record.name == "ST") return begin_set(text, std::move(record));
    if (record.name == "SE") return end_set(record);
    if (where_ != Where::set) {
      if (record.cut) wrong_cut(record);
      loose_.push_back(std::move(record));
      return;
    }
    Audit& audit = file_.audits.back();
    if (record.cut) {
      wrong_cut(record);
    } else if (record.name == "G85") {
      check(record, audit);
    } else {
      if (audit.check.state != RecordCheck::State::absent)
        wrong(record.at, fmt::format("{} stands behind G85, which does not cover it", record.name));
      cover(text);
      take_contents(record, audit);
    }
    audit.records.push_back(std::move(record));
  }

  void cover(std::string_view text) {
    crc_.process_bytes(text.data(), text.size());
    crc_.process_bytes("\r\n", 2);
  }

  void wrong_cut(const AuditRecord& record) {
    wrong(record.place_of(record.elements.size() + 1),
          fmt::format("the file ends inside {}, which is kept and not counted", record.name));
  }

  void begin_transmission(AuditRecord record) {
    leave_set(record.at, "the next DXS");
    if (where_ == Where::begun || where_ == Where::closed)
      if (sender_)
        wrong(record.at, fmt::format("no DXE ended the transmission that began at line {}",
                                     transmission_line_));
    take_loose();
    where_ = Where::begun;
    sender_ = Sender{std::string(record.element(1)), std::string(record.element(3)),
                     std::string(record.element(4))};
    transmission_line_ = record.at.line;
    sets_ = 0;
    if (record.cut) wrong_cut(record);
    file_.outside.push_back(std::move(record));
  }

  void end_transmission(AuditRecord record) {
    leave_set(record.at, "DXE");
    take_loose();
    if (!sender_) {
      wrong(record.at, "DXE without a DXS before it: the beginning is missing");
    } else {
      if (record.element(1) != sender_->control)
        wrong(record.place_of(1),
              fmt::format("DXE01 does not repeat the control number of DXS04 at line {}",
                          transmission_line_));
      if (number_of(record.element(2)) != static_cast<std::int64_t>(sets_))
        wrong(record.place_of(2), fmt::format("DXE02 does not say {}, the number of sets since "
                                              "DXS: one is missing, or the end of DXE",
                                              sets_));
    }
    where_ = Where::between;
    sender_.reset();
    file_.outside.push_back(std::move(record));
  }

  void begin_set(std::string_view text, AuditRecord record) {
    leave_set(record.at, "the next ST");
    take_loose();
    open_set();
    ++sets_;
    crc_.reset();
    cover(text);
    Audit& audit = file_.audits.back();
    audit.control = record.element(2);
    if (record.cut) wrong_cut(record);
    audit.records.push_back(std::move(record));
  }

  void open_set() {
    where_ = Where::set;
    file_.audits.emplace_back().sender = sender_;
  }

  void end_set(const AuditRecord& record) {
    if (where_ != Where::set) {
      // The beginning is missing: what stands before belongs to no other set.
      open_set();
      ++sets_;
      crc_known_ = false;
      wrong(record.at, "SE without an ST before it: the beginning is missing");
      for (AuditRecord& loose : std::exchange(loose_, {})) take({}, std::move(loose));
    }
    Audit& audit = file_.audits.back();
    audit.records.push_back(record);
    if (crc_known_ && record.element(2) != audit.control)
      wrong(record.place_of(2), fmt::format("SE02 does not repeat the control number of ST02 at "
                                            "line {}",
                                            audit.records.front().at.line));
    if (audit.check.state == RecordCheck::State::absent)
      wrong(record.at, "no G85 before SE: nothing says whether the records are whole");
    const auto told = number_of(record.element(1));
    const auto counted = static_cast<std::int64_t>(audit.records.size());
    const bool covered = audit.check.state == RecordCheck::State::matches ||
                         audit.check.state == RecordCheck::State::swapped;
    if (crc_known_ && told != counted)
      audit.remarks.push_back(
          {record.place_of(1),
           fmt::format(
               "SE01 does not say {}, the number of records from ST to SE{}", counted,
               covered ? "; G85 says that none is missing" : ": records are missing, or too many"),
           !covered});
    where_ = Where::closed;
    crc_known_ = true;
    settle(audit);
  }

  // G85 at its place: from now on further records are remarked.
  void check(const AuditRecord& record, Audit& audit) {
    RecordCheck& check = audit.check;
    if (check.state != RecordCheck::State::absent)
      return wrong(record.at, "a second G85: the first one ended what can be checked");
    check.state = RecordCheck::State::unreadable;
    const std::string_view digits = record.element(1);
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), check.told, 16);
    if (digits.size() != 4 || error != std::errc{} || stop != digits.data() + digits.size())
      return wrong(record.place_of(1), "G8501 is not four hexadecimal digits");
    if (!crc_known_)
      return wrong(record.at, "G85 cannot be checked: it counts from ST, which is missing");
    check.computed = static_cast<std::uint16_t>(crc_.checksum());
    if (check.told == check.computed) {
      check.state = RecordCheck::State::matches;
    } else if (check.told == swapped(check.computed)) {
      check.state = RecordCheck::State::swapped;
      audit.remarks.push_back({record.place_of(1),
                               "G85 matches with its bytes exchanged, as kit before 6.0 writes it",
                               false});
    } else {
      check.state = RecordCheck::State::differs;
      wrong(record.place_of(1),
            fmt::format("G85 says {:04X}, and the records from line {} to here give {:04X}: "
                        "something in them was changed, lost or added",
                        check.told, audit.records.front().at.line, check.computed));
    }
  }

  // A set that something else than its SE ends.
  void leave_set(const Place& at, std::string_view by) {
    if (where_ != Where::set) return;
    Audit& audit = file_.audits.back();
    wrong(at, fmt::format("{} ends the set that began at line {}: {}", by,
                          audit.records.empty() ? at.line : audit.records.front().at.line,
                          audit.check.state == RecordCheck::State::absent
                              ? "G85 and SE are missing, and maybe records before them"
                              : "SE is missing"));
    settle(audit);
    where_ = Where::closed;
    crc_known_ = true;
  }

  // Records outside of a set: those of a machine's books become a reading without beginning.
  void take_loose() {
    if (loose_.empty()) return;
    Audit audit;
    audit.sender = sender_;
    for (const AuditRecord& record : loose_)
      if (!record.cut) take_contents(record, audit);
    if (audit.counters.empty()) {
      file_.remarks.push_back(
          {loose_.front().at, fmt::format("{} outside of ST and SE", loose_.front().name), false});
      std::ranges::move(loose_, std::back_inserter(file_.outside));
    } else {
      const Place at = loose_.front().at;
      audit.remarks.insert(
          audit.remarks.begin(),
          Remark{at,
                 "no ST before it and no SE behind: nothing says whether the records are whole"});
      audit.records = std::move(loose_);
      settle(audit);
      file_.audits.push_back(std::move(audit));
    }
    loose_.clear();
  }

  void end_of_file(const Place& end) {
    leave_set(end, "the file's end");
    take_loose();
    if (where_ != Where::between && sender_)
      wrong(end, fmt::format("the file ends without the DXE of the transmission that began at "
                             "line {}",
                             transmission_line_));
    if (file_.audits.empty()) wrong(end, "no reading of a machine is in it");
    cut_short(file_.remarks);
  }

  static void settle(Audit& audit) {
    order(audit.remarks);
    cut_short(audit.remarks);
  }

  AuditFile file_;
  Where where_ = Where::between;
  std::optional<Sender> sender_;       // of the open transmission
  std::size_t transmission_line_ = 0;  // where it began
  std::size_t sets_ = 0;               // since it began
  Crc crc_;                            // of the open set
  bool crc_known_ = true;              // false: its ST is missing
  std::vector<AuditRecord> loose_;     // since the last envelope
};

}  // namespace

bool AuditFile::sound() const {
  return !audits.empty() && std::ranges::none_of(remarks, &Remark::damage) &&
         std::ranges::all_of(audits, &Audit::sound);
}

std::vector<Remark> AuditFile::all_remarks() const {
  std::vector<Remark> all = remarks;
  for (const Audit& audit : audits) std::ranges::copy(audit.remarks, std::back_inserter(all));
  order(all);
  return all;
}

AuditFile read_audit_file(std::string_view bytes) { return Reader().read(bytes); }

}  // namespace brewproof::books
