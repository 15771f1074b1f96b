#include "drivers/mdb/bill_validator.h"

#include "drivers/mdb/block_fields.h"

namespace brewproof::mdb::bill {
namespace {

constexpr std::size_t longest_answer = 16;

Read<Command> read_further(ByteReader& in, ByteView content) {
  switch (in.u8()) {
    case 0x00:
      return ends_with<Command>(in, content, Ask::identity);
    case 0x01:
      in.skip(4);
      return ends_with<Command>(in, content, Ask::enable_features);
    case 0x02:
      return ends_with<Command>(in, content, Ask::identity_and_options);
    default:
      return Ask::recycler;
  }
}

Read<Activity> activity_of(std::uint8_t code, std::size_t at) {
  if ((code & 0x80U) != 0)
    return Bill{static_cast<std::uint8_t>(code & 0x0FU),
                static_cast<Bill::Went>(code >> 4 & 0x07U)};
  if ((code & 0xE0U) == 0x40U)
    return AttemptsWhileDisabled{static_cast<std::uint8_t>(code & 0x1FU)};
  if (code >= 0x21 && code <= 0x2F) return RecyclerStatus{code};
  if (code >= 0x01 && code <= 0x0C) return static_cast<Status>(code);
  return tl::unexpected(Fault{at, "no activity of a bill validator has this code"});
}

}  // namespace

Read<Command> read_command(ByteView content) {
  ByteReader in(content);
  switch (in.u8() & 0x07U) {
    case 0x00:
      return ends_with<Command>(in, content, Ask::reset);
    case 0x01:
      return ends_with<Command>(in, content, Ask::setup);
    case 0x02:
      return ends_with<Command>(in, content, Security{in.be16()});
    case 0x03:
      return ends_with<Command>(in, content, Ask::poll);
    case 0x04: {
      BillTypes value;
      value.accepted = in.be16();
      value.escrow = in.be16();
      return ends_with<Command>(in, content, value);
    }
    case 0x05: {
      const std::uint8_t what = in.u8();
      if (what > 0x01)
        return tl::unexpected(Fault{1, "an escrow is given back (0) or stacked (1)"});
      return ends_with<Command>(in, content, static_cast<Escrow>(what));
    }
    case 0x06:
      return ends_with<Command>(in, content, Ask::stacker);
    default:
      return read_further(in, content);
  }
}

Read<Setup> read_setup(ByteView content) {
  ByteReader in(content);
  Setup value;
  value.level = in.u8();
  value.country = in.be16();
  value.unit.scale = in.be16();
  value.unit.decimals = in.u8();
  value.stacker_holds = in.be16();
  value.security = in.be16();
  const std::uint8_t escrow = in.u8();
  value.has_escrow = escrow == 0xFF;
  for (std::uint8_t& credit : value.credit) credit = in.u8();
  if (const auto fault = end_fault(in, content)) return tl::unexpected(*fault);
  if (value.level < 1 || value.level > 2)
    return tl::unexpected(Fault{0, "a bill validator's level is 1 or 2"});
  if (escrow != 0x00 && escrow != 0xFF)
    return tl::unexpected(Fault{10, "an escrow is there (FF) or not (00)"});
  return value;
}

Read<std::vector<Activity>> read_activities(ByteView content) {
  if (content.empty()) return tl::unexpected(Fault{0, "the block is empty"});
  if (content.size() > longest_answer)
    return tl::unexpected(Fault{longest_answer, "a validator tells up to 16 bytes at a POLL"});
  std::vector<Activity> activities;
  for (std::size_t at = 0; at < content.size(); ++at) {
    const auto activity = activity_of(content[at], at);
    if (!activity) return tl::unexpected(activity.error());
    activities.push_back(*activity);
  }
  return activities;
}

}  // namespace brewproof::mdb::bill
