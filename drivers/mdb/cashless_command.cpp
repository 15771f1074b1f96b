#include "drivers/mdb/block_fields.h"
#include "drivers/mdb/cashless.h"
#include "drivers/mdb/cashless_fields.h"

namespace brewproof::mdb::cashless {
namespace {

Read<Command> no_such(std::size_t at) {
  return tl::unexpected(Fault{at, "no cashless command has this code"});
}

Read<Command> read_setup(ByteReader& in, ByteView content, const Form& form) {
  const std::uint8_t what = in.u8();
  if (what == 0x00) {
    Configure value;
    value.level = in.u8();
    value.columns = in.u8();
    value.rows = in.u8();
    value.display = in.u8();
    if (in.ok() && !is_level(value.level)) return tl::unexpected(Fault{2, no_level});
    return ends_with<Command>(in, content, value);
  }
  if (what != 0x01) return no_such(1);
  PriceRange value;
  value.most = read_price(in, form);
  value.least = read_price(in, form);
  if (form.expanded) value.currency = in.be16();
  return ends_with<Command>(in, content, value);
}

Read<Command> read_vend(ByteReader& in, ByteView content, const Form& form) {
  const std::uint8_t what = in.u8();
  const bool has_price = what == 0x00 || what == 0x05 || what == 0x06;
  if (in.ok() && has_price && form.level() == 0) return tl::unexpected(Fault{2, level_unknown});
  switch (what) {
    case 0x00:
    case 0x06: {
      VendRequest value;
      value.price = read_price(in, form);
      value.item = in.be16();
      value.negative = what == 0x06;
      return ends_with<Command>(in, content, value);
    }
    case 0x01:
      return ends_with<Command>(in, content, VendCancel{});
    case 0x02:
      return ends_with<Command>(in, content, VendSuccess{in.be16()});
    case 0x03:
      return ends_with<Command>(in, content, VendFailure{});
    case 0x04:
      return ends_with<Command>(in, content, SessionComplete{});
    case 0x05: {
      CashSale value;
      value.price = read_price(in, form);
      value.item = in.be16();
      if (form.expanded) value.currency = in.be16();
      return ends_with<Command>(in, content, value);
    }
    default:
      return no_such(1);
  }
}

Read<Command> read_reader(ByteReader& in, ByteView content) {
  const std::uint8_t what = in.u8();
  if (what <= 0x02)
    return ends_with<Command>(in, content, ReaderSwitch{static_cast<ReaderSwitch::To>(what)});
  if (what != 0x03) return no_such(1);
  DataEntry value;
  std::ranges::generate(value.text, [&] { return in.u8(); });
  return ends_with<Command>(in, content, value);
}

Read<Command> read_revalue(ByteReader& in, ByteView content, const Form& form) {
  const std::uint8_t what = in.u8();
  if (what == 0x01) return ends_with<Command>(in, content, RevalueLimitRequest{});
  if (what != 0x00) return no_such(1);
  if (in.ok() && form.level() == 0) return tl::unexpected(Fault{2, level_unknown});
  return ends_with<Command>(in, content, RevalueRequest{read_price(in, form)});
}

Read<Command> read_expansion(ByteReader& in, ByteView content) {
  switch (in.u8()) {
    case 0x00:
      return ends_with<Command>(in, content, IdentityRequest{read_identity(in)});
    case 0x03: {
      WriteTime value;
      std::ranges::generate(value.bcd, [&] { return in.u8(); });
      return ends_with<Command>(in, content, value);
    }
    case 0x04:
      return ends_with<Command>(in, content, EnableOptions{in.be32()});
    case 0xFF: {
      const ByteView own = in.rest();
      return ends_with<Command>(in, content, Diagnostics{{own.begin(), own.end()}});
    }
    default:
      return no_such(1);
  }
}

}  // namespace

Read<Command> read_command(ByteView content, const Form& form) {
  ByteReader in(content);
  switch (in.u8() & 0x07U) {
    case 0x00:
      return ends_with<Command>(in, content, Reset{});
    case 0x01:
      return read_setup(in, content, form);
    case 0x02:
      return ends_with<Command>(in, content, Poll{});
    case 0x03:
      return read_vend(in, content, form);
    case 0x04:
      return read_reader(in, content);
    case 0x05:
      return read_revalue(in, content, form);
    case 0x07:
      return read_expansion(in, content);
    default:
      return no_such(0);
  }
}

}  // namespace brewproof::mdb::cashless
