#include "drivers/mdb/coin_changer.h"

#include "drivers/mdb/block_fields.h"

namespace brewproof::mdb::changer {
namespace {

constexpr std::size_t longest_poll = 16;

Read<Command> read_expansion(ByteReader& in, ByteView content) {
  switch (in.u8()) {
    case 0x00:
      return ends_with<Command>(in, content, Ask::identity);
    case 0x01:
      in.skip(4);
      return ends_with<Command>(in, content, Ask::enable_features);
    case 0x02:
      return ends_with<Command>(in, content, Payout{in.u8()});
    case 0x03:
      return ends_with<Command>(in, content, Ask::payout_status);
    case 0x04:
      return ends_with<Command>(in, content, Ask::payout_value);
    case 0x05:
      return ends_with<Command>(in, content, Ask::diagnosis);
    default:
      return tl::unexpected(Fault{1, "no expansion command of a changer has this code"});
  }
}

Read<Activity> read_activity(ByteReader& in) {
  const std::size_t at = in.position();
  const std::uint8_t code = in.u8();
  const std::uint8_t type = code & 0x0FU;
  if ((code & 0x80U) != 0)
    return DispensedByHand{type, static_cast<std::uint8_t>(code >> 4 & 0x07U), in.u8()};
  if ((code & 0x40U) != 0) {
    const std::uint8_t to = code >> 4 & 0x03U;
    if (to == 2) return tl::unexpected(Fault{at, "a coin is routed nowhere"});
    return Accepted{type, static_cast<Accepted::To>(to), in.u8()};
  }
  if ((code & 0x20U) != 0) return Slugs{static_cast<std::uint8_t>(code & 0x1FU)};
  if (code >= 0x01 && code <= 0x0D) return static_cast<Status>(code);
  return tl::unexpected(Fault{at, "no activity of a changer has this code"});
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
      return ends_with<Command>(in, content, Ask::tube_status);
    case 0x03:
      return ends_with<Command>(in, content, Ask::poll);
    case 0x04: {
      CoinTypes value;
      value.accepted = in.be16();
      value.manual = in.be16();
      return ends_with<Command>(in, content, value);
    }
    case 0x05: {
      const std::uint8_t what = in.u8();
      return ends_with<Command>(
          in, content,
          Dispense{static_cast<std::uint8_t>(what & 0x0FU), static_cast<std::uint8_t>(what >> 4)});
    }
    case 0x07:
      return read_expansion(in, content);
    default:
      return tl::unexpected(Fault{0, "no command of a changer has this code"});
  }
}

Read<Setup> read_setup(ByteView content) {
  ByteReader in(content);
  Setup value;
  value.level = in.u8();
  value.country = in.be16();
  value.unit.scale = in.u8();
  value.unit.decimals = in.u8();
  value.to_tubes = in.be16();
  for (std::uint8_t& credit : value.credit)
    if (in.remaining() > 0) credit = in.u8();
  if (const auto fault = end_fault(in, content)) return tl::unexpected(*fault);
  if (value.level != 2 && value.level != 3)
    return tl::unexpected(Fault{0, "a changer's level is 2 or 3"});
  return value;
}

Read<std::vector<Activity>> read_activities(ByteView content) {
  if (content.empty()) return tl::unexpected(Fault{0, "the block is empty"});
  if (content.size() > longest_poll)
    return tl::unexpected(Fault{longest_poll, "a changer tells up to 16 bytes at a POLL"});
  std::vector<Activity> activities;
  ByteReader in(content);
  while (in.remaining() > 0) {
    const auto activity = read_activity(in);
    if (!activity) return tl::unexpected(activity.error());
    if (!in.ok()) return tl::unexpected(Fault{content.size(), "the block ends within an activity"});
    activities.push_back(*activity);
  }
  return activities;
}

}  // namespace brewproof::mdb::changer
