#include "rig/decode/http2/streams.h"

#include <fmt/format.h>

namespace brewproof::decode::http2 {
namespace {

constexpr std::size_t max_streams = 256;  // open at once; peers allow each other about a hundred
constexpr std::size_t max_spare = 64;

}  // namespace

Streams::Streams(Flow& flow, Outlet& out)
    : flow_(&flow), out_(&out), spare_(&out.memory<Spare>()) {}

Streams::Stream& Streams::open(std::uint32_t id) {
  const auto found = streams_.find(id);
  if (found != streams_.end()) return found->second;
  if (streams_.size() >= max_streams) {
    close(streams_.begin()->second,
          fmt::format("more than {} streams are open at once", max_streams));
    streams_.erase(streams_.begin());
  }
  Stream& stream = streams_.try_emplace(id, out_->budget).first->second;
  stream.share.set(sizeof stream);
  return stream;
}

Streams::Turn Streams::turn(std::uint32_t id, Side from) {
  Stream& stream = open(id);
  std::unique_ptr<StreamSide>& side = stream.sides[index(from)];
  if (side == nullptr && !spare_->empty()) {
    side = std::move(spare_->back());
    spare_->pop_back();
  }
  if (side == nullptr) side = std::make_unique<StreamSide>(out_->budget);
  return {*side, place(stream, from)};
}

void Streams::announce(std::uint32_t id, std::string_view request) { open(id).request = request; }

std::string_view Streams::request(std::uint32_t id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? std::string_view{} : std::string_view(found->second.request);
}

void Streams::finish(std::uint32_t id, Side from) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  std::unique_ptr<StreamSide>& side = stream.sides[index(from)];
  if (side != nullptr) {
    side->finish(place(stream, from));
    keep(std::move(side));
  }
  stream.ended[index(from)] = true;
  stream.share.set(sizeof stream + stream.request.size());
  if (!stream.ended[0] || !stream.ended[1]) return;
  close(stream, "its stream had ended");  // frames that came behind the end of their side
  streams_.erase(found);
}

/// For another stream.
void Streams::keep(std::unique_ptr<StreamSide> side) {
  if (spare_->size() >= max_spare) return;
  side->reset();
  spare_->push_back(std::move(side));
}

void Streams::reset(std::uint32_t id, std::string_view why) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  close(found->second, why);
  streams_.erase(found);
}

void Streams::cut(Side from, std::string_view why) {
  for (auto& [id, stream] : streams_)
    if (stream.sides[index(from)] != nullptr)
      stream.sides[index(from)]->cut(place(stream, from), why);
}

void Streams::mark_gap(Side from) {
  for (auto& [id, stream] : streams_)
    if (stream.sides[index(from)] != nullptr) stream.sides[index(from)]->mark_gap();
}

void Streams::close(Stream& stream, std::string_view why) {
  for (const Side from : {Side::client, Side::server}) {
    std::unique_ptr<StreamSide>& side = stream.sides[index(from)];
    if (side == nullptr) continue;
    side->cut(place(stream, from), why);
    keep(std::move(side));
  }
}

}  // namespace brewproof::decode::http2
