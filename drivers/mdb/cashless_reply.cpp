#include "drivers/mdb/cashless.h"
#include "drivers/mdb/cashless_fields.h"

namespace brewproof::mdb::cashless {
namespace {

Reply read_configuration(ByteReader& in) {
  Configuration value;
  value.level = in.u8();
  value.currency = in.be16();
  value.unit.scale = in.u8();
  value.unit.decimals = in.u8();
  value.answers_within_s = in.u8();
  value.options = in.u8();
  return value;
}

Reply read_begin(ByteReader& in, const Form& form) {
  BeginSession value;
  value.funds = read_price(in, form);
  if (form.level() == 1) return value;
  Medium& medium = value.medium.emplace();
  std::ranges::generate(medium.id, [&] { return in.u8(); });
  medium.type = in.u8();
  medium.details = in.be16();
  if (!form.expanded) return value;
  Locale& locale = value.locale.emplace();
  locale.language = in.be16();
  locale.currency = in.be16();
  locale.card_options = in.u8();
  return value;
}

// Codes behind which a field's length is not known without SETUP.
bool depends_on_level(std::uint8_t code) {
  return code == 0x02 || code == 0x03 || code == 0x05 || code == 0x09 || code == 0x0B ||
         code == 0x0F;
}

Read<Reply> read_reply(ByteReader& in, const Form& form) {
  const std::size_t at = in.position();
  const std::uint8_t code = in.u8();
  if (depends_on_level(code) && form.level() == 0) return tl::unexpected(Fault{at, level_unknown});
  switch (code) {
    case 0x00:
    case 0x04:
    case 0x06:
    case 0x07:
    case 0x08:
    case 0x0D:
    case 0x0E:
    case 0x11:
    case 0x13:
      return static_cast<Word>(code);
    case 0x01:
      return read_configuration(in);
    case 0x02: {
      const std::uint8_t tenths = in.u8();
      const auto characters = static_cast<std::size_t>(form.columns) * form.rows;
      return DisplayRequest{tenths, std::string(as_text(in.take(characters)))};
    }
    case 0x03:
      return read_begin(in, form);
    case 0x05:
      return VendApproved{read_price(in, form)};
    case 0x09: {
      Identity value = read_identity(in);
      if (form.master_level == 3) value.options = in.be32();
      return value;
    }
    case 0x0A:
      return Malfunction{in.u8()};
    case 0x0B:
      if (form.level() == 1) return OutOfSequence{};
      return OutOfSequence{in.u8()};
    case 0x0F:
      return RevalueLimit{read_price(in, form)};
    case 0x12:
      return DataEntryRequest{in.u8()};
    case 0xFF: {
      const ByteView own = in.rest();
      return Diagnostics{{own.begin(), own.end()}};
    }
    default:
      // 1B to 1F, file transfer, too: what stands behind them would be read at a guess.
      return tl::unexpected(Fault{at, "no reply of a cashless reader has this code"});
  }
}

}  // namespace

Read<std::vector<Reply>> read_replies(ByteView content, const Form& form) {
  if (content.empty()) return tl::unexpected(Fault{0, "the block is empty"});
  std::vector<Reply> replies;
  ByteReader in(content);
  while (in.remaining() > 0) {
    const std::size_t at = in.position();
    auto reply = read_reply(in, form);
    if (!reply) return tl::unexpected(reply.error());
    if (!in.ok()) return tl::unexpected(Fault{content.size(), "the block ends within a reply"});
    const auto* configuration = std::get_if<Configuration>(&*reply);
    if (configuration != nullptr && !is_level(configuration->level))
      return tl::unexpected(Fault{at + 1, no_level});
    replies.push_back(std::move(*reply));
  }
  return replies;
}

}  // namespace brewproof::mdb::cashless
