#include "rig/decode/coap/exchanges.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof::decode {
namespace {

constexpr std::size_t max_exchanges = 16;
constexpr std::int64_t max_wait_ns = 120'000'000'000;
constexpr std::uint8_t code_continue = 0x5f;  // 2.31

std::uint64_t hash_of(ByteView bytes) { return std::hash<std::string_view>{}(as_text(bytes)); }
std::uint64_t hash_of(const Datagram& datagram) {
  return hash_of(datagram.bytes) ^ datagram.wire_length;
}

/// What is asked for: equal in all requests for the blocks of one thing (RFC 7959 section 2.3).
std::uint64_t resource_of(const CoapMessage& coap) {
  Bytes all{coap.code};
  for (const CoapOption& option : coap.options) {
    if (option.number == coap_option::block1 || option.number == coap_option::block2 ||
        option.number == coap_option::size1 || option.number == coap_option::size2 ||
        option.number == coap_option::observe)
      continue;
    for (const std::size_t part : {std::size_t{option.number}, option.value.size()})
      all.insert(all.end(),
                 {static_cast<std::uint8_t>(part >> 8), static_cast<std::uint8_t>(part)});
    all.insert(all.end(), option.value.begin(), option.value.end());
  }
  return hash_of(all);
}

std::string_view empty_label(CoapType type) {
  switch (type) {
    case CoapType::acknowledgement:
      return "acknowledgement";
    case CoapType::reset:
      return "reset";
    default:
      return "ping";  // section 4.3
  }
}

}  // namespace

bool CoapExchanges::knows(Side from, const CoapMessage& coap) const {
  const bool answers_id = coap.type == CoapType::acknowledgement || coap.type == CoapType::reset;
  return std::any_of(exchanges_.begin(), exchanges_.end(), [&](const Exchange& e) {
    if (coap.response()) return e.client != from && as_text(e.token) == as_text(coap.token);
    if (coap.request()) return e.client == from;
    const Unit& other_side = e.client == from ? e.response : e.request;
    return answers_id && other_side.seen && other_side.id == coap.id;
  });
}

CoapExchanges::Exchange* CoapExchanges::by_token(Side client, ByteView token) {
  const auto found = std::find_if(exchanges_.rbegin(), exchanges_.rend(), [&](const Exchange& e) {
    return e.client == client && as_text(e.token) == as_text(token);
  });
  return found == exchanges_.rend() ? nullptr : &*found;
}

/// What this side sent last under an id.
CoapExchanges::Unit* CoapExchanges::by_id(Side from, std::uint16_t id) {
  for (auto e = exchanges_.rbegin(); e != exchanges_.rend(); ++e) {
    Unit& unit = e->client == from ? e->request : e->response;
    if (unit.seen && unit.id == id) return &unit;
  }
  return nullptr;
}

void CoapExchanges::read(const Datagram& datagram, const CoapMessage& coap) {
  release_overdue(datagram.span.first_ns);
  if (coap.empty()) return read_empty(datagram, coap);
  if (repeat(datagram, coap)) return;
  if (coap.request()) return read_request(datagram, coap);
  read_response(datagram, coap);
}

/// A copy of what waits is counted on it; one of what went out already is a message of its own.
bool CoapExchanges::repeat(const Datagram& datagram, const CoapMessage& coap) {
  Unit* unit = by_id(datagram.from, coap.id);
  if (unit == nullptr || unit->hash != hash_of(datagram)) return false;
  if (unit->held) {
    ++unit->message.repeats;
    unit->message.repeat_bytes += datagram.wire_length;
    return true;
  }
  Message& message = begin(datagram, *flow_, *out_, "coap");
  if (coap.response()) message.message = "response ";
  append_coap_label(message.message, coap);
  add_coap_fields(message, *out_, coap);
  add_coap_payload(message, *out_, coap_content(coap), coap.payload);
  message.notes.emplace_back("a copy of a message that was answered or acknowledged before");
  out_->send(message, *flow_);
  return true;
}

void CoapExchanges::read_empty(const Datagram& datagram, const CoapMessage& coap) {
  if (coap.type == CoapType::acknowledgement || coap.type == CoapType::reset) {
    Unit* unit = by_id(other(datagram.from), coap.id);
    // An acknowledged request waits on for its response, of which it may have to ask for blocks.
    const bool done = unit != nullptr && (coap.type == CoapType::reset || unit->response);
    if (done && !unit->in_blocks) release(*unit, {});
  }
  Message& message = begin(datagram, *flow_, *out_, "coap");
  message.message = empty_label(coap.type);
  add_coap_fields(message, *out_, coap);
  out_->send(message, *flow_);
}

void CoapExchanges::begin_unit(Unit& unit, const Datagram& datagram, const CoapMessage& coap,
                               const std::optional<CoapBlock>& block, std::string_view label) {
  release(unit, "another message follows");
  unit.message = std::move(begin(datagram, *flow_, *out_, "coap"));
  unit.message.message = label;
  add_coap_fields(unit.message, *out_, coap);
  unit.span = datagram.span;
  unit.content = coap_content(coap);
  unit.id = coap.id;
  unit.hash = hash_of(datagram);
  unit.seen = unit.held = true;
  unit.hole = datagram.cut();
  unit.in_blocks = block && (block->more || block->index != 0);
  if (!unit.in_blocks) {
    add_coap_payload(unit.message, *out_, unit.content, coap.payload);
    return;
  }
  unit.payload.append(coap.payload);
  unit.next_offset = block->offset() + coap.payload.size();
  if (block->index == 0) return;
  unit.hole = true;
  unit.message.notes.push_back(
      fmt::format("block {}: those before it were not seen", block->index));
}

void CoapExchanges::add_block(Unit& unit, const Datagram& datagram, const CoapBlock& block,
                              ByteView payload) {
  Message& message = unit.message;
  unit.id = static_cast<std::uint16_t>(datagram.bytes[2] << 8 | datagram.bytes[3]);
  unit.hash = hash_of(datagram);
  if (block.offset() < unit.next_offset) {  // the same block, asked for again
    ++message.repeats;
    message.repeat_bytes += datagram.wire_length;
    return;
  }
  message.size += datagram.wire_length;
  unit.span.include(datagram.span);
  if (block.offset() > unit.next_offset && !std::exchange(unit.hole, true))
    message.notes.push_back(fmt::format("bytes {} to {} of the payload were never captured",
                                        unit.next_offset, block.offset() - 1));
  unit.hole = unit.hole || datagram.cut();
  unit.next_offset = block.offset() + payload.size();
  const std::size_t room =
      out_->options.max_buffer - std::min(out_->options.max_buffer, unit.payload.size());
  if (payload.size() > room && !std::exchange(unit.hole, true))
    message.notes.push_back(
        fmt::format("the first {} bytes of the payload are kept", out_->options.max_buffer));
  unit.payload.append(payload.first(std::min(room, payload.size())));
}

/// A payload with holes is no document any more.
void CoapExchanges::finish_payload(Unit& unit) {
  if (!std::exchange(unit.in_blocks, false)) return;
  Outlet::stamp(unit.message, unit.span);
  if (unit.hole && !unit.content.sealed) {
    unit.message.gap = true;
    (void)out_->unread(unit.message, "payload", unit.payload.view());
  } else {
    add_coap_payload(unit.message, *out_, unit.content, unit.payload.view());
  }
  unit.payload.clear();
}

void CoapExchanges::release(Unit& unit, std::string_view why) {
  if (!std::exchange(unit.held, false)) return;
  if (unit.in_blocks) {
    unit.hole = true;
    unit.message.notes.push_back(fmt::format("further blocks did not come: {}", why));
  }
  finish_payload(unit);
  Outlet::stamp(unit.message, unit.span);
  out_->send_held(std::move(unit.message), *flow_);
}

void CoapExchanges::release_overdue(std::int64_t now_ns) {
  for (Exchange& e : exchanges_)
    for (Unit* unit : {&e.request, &e.response})
      if (unit->held && now_ns - unit->span.last_ns > max_wait_ns)
        release(*unit, "two minutes have passed");
}

/// A further block of a request, or the request for a further block of a response.
bool CoapExchanges::continue_request(const Datagram& datagram, const CoapMessage& coap,
                                     std::uint64_t resource) {
  const auto sent = coap.block(coap_option::block1), asked = coap.block(coap_option::block2);
  const bool sends = sent && sent->index != 0, asks = !sends && asked && asked->index != 0;
  if (!sends && !asks) return false;
  for (auto e = exchanges_.rbegin(); e != exchanges_.rend(); ++e) {
    if (e->client != datagram.from || e->resource != resource) continue;
    Unit& request = e->request;
    if (sends && request.held && request.in_blocks) {
      add_block(request, datagram, *sent, coap.payload);
      if (!sent->more) finish_payload(request);
    } else if (asks && e->response.held && e->response.in_blocks) {
      if (!request.held) {
        begin_unit(request, datagram, coap, std::nullopt, e->label);
      } else {
        request.message.size += datagram.wire_length;
        request.span.include(datagram.span);
        request.id = coap.id;
        request.hash = hash_of(datagram);
      }
    } else {
      continue;
    }
    e->token.assign(coap.token.begin(), coap.token.end());
    return true;
  }
  return false;
}

void CoapExchanges::make_room() {
  auto oldest = std::find_if(exchanges_.begin(), exchanges_.end(),
                             [](const Exchange& e) { return !e.observes; });
  if (oldest == exchanges_.end()) oldest = exchanges_.begin();
  release(oldest->request, "too many exchanges are open");
  release(oldest->response, "too many exchanges are open");
  exchanges_.erase(oldest);
}

bool CoapExchanges::lasts() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(),
                     [](const Exchange& e) { return e.observes; });
}

void CoapExchanges::read_request(const Datagram& datagram, const CoapMessage& coap) {
  const std::uint64_t resource = resource_of(coap);
  if (continue_request(datagram, coap, resource)) return;
  if (exchanges_.size() >= max_exchanges) make_room();
  Exchange& e = exchanges_.emplace_back(datagram.from, out_->budget);
  e.token.assign(coap.token.begin(), coap.token.end());
  append_coap_label(e.label, coap);
  e.resource = resource;
  const CoapOption* observe = coap.find(coap_option::observe);
  e.observes = observe != nullptr && observe->number_value() == 0;  // 1: no more
  begin_unit(e.request, datagram, coap, coap.block(coap_option::block1), e.label);
  if (const CoapOption* host = coap.find(coap_option::uri_host))
    out_->name_party(*flow_, other(datagram.from), as_text(host->value));
  if (coap.type != CoapType::confirmable && !e.request.in_blocks) release(e.request, {});
}

void CoapExchanges::read_response(const Datagram& datagram, const CoapMessage& coap) {
  std::string label = "response ";
  append_coap_label(label, coap);
  Exchange* e = by_token(other(datagram.from), coap.token);
  if (e != nullptr) label += ' ' + e->label;
  // Of a request in blocks, each is answered (RFC 7959 section 2.3): with 2.31, or as if it were
  // all.
  const bool for_a_block = e != nullptr && e->request.in_blocks && coap.code >> 5 == 2 &&
                           coap.block(coap_option::block1).has_value();
  if (e == nullptr || for_a_block || coap.code == code_continue) {
    Message& message = begin(datagram, *flow_, *out_, "coap");
    message.message = label;
    add_coap_fields(message, *out_, coap);
    add_coap_payload(message, *out_, coap_content(coap), coap.payload);
    return out_->send(message, *flow_);
  }
  Unit& response = e->response;
  const auto block = coap.block(coap_option::block2);
  if (block && block->index != 0 && response.held && response.in_blocks) {
    add_block(response, datagram, *block, coap.payload);
  } else {
    begin_unit(response, datagram, coap, block, label);
  }
  if (block && block->more) return;
  finish_payload(response);
  release(e->request, "it was answered before");
  if (coap.type != CoapType::confirmable) release(response, {});
}

void CoapExchanges::end(std::string_view why) {
  for (Exchange& e : exchanges_) {
    release(e.request, why);
    release(e.response, why);
  }
  exchanges_.clear();
}

}  // namespace brewproof::decode
