#include "rig/reading/decode_process.h"

#include <csignal>
#include <limits>
#include <utility>

#include "rig/reading/decode_exit.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;

std::string meaning_of(int signal) {
  switch (signal) {
    case SIGSYS:
      return " (it tried a system call that it may not make)";
    case SIGXCPU:
      return " (its CPU time was used up)";
    case SIGSEGV:
    case SIGBUS:
      return " (it touched memory that is not its own)";
    case SIGABRT:
      return " (it found itself in a state that cannot be)";
    case SIGKILL:
      return " (killed from outside, or the station is out of memory)";
    default:
      return "";
  }
}

std::string text_of(const ChildExit& exit) {
  if (exit.signal != 0)
    return fmt::format("was ended by signal {}{}", exit.signal, meaning_of(exit.signal));
  if (exit.code == decode_exit::memory) return "needed more memory than it may have";
  return fmt::format("ended with exit code {}", exit.code);
}

}  // namespace

Result<DecodeProcess> DecodeProcess::start(DecodeOrder order, const DecodeSettings& settings) {
  auto position = Position::make();
  if (!position) return pass_on(std::move(position));
  ChildSettings program;
  program.program =
      settings.program.empty() ? program_beside("brewproof-decode") : settings.program;
  program.arguments = {std::to_string(position->descriptor())};
  program.inherited = position->descriptor();
  program.pipe_stdin = program.pipe_stdout = true;
  auto child = Child::start(program);
  if (!child) return pass_on(std::move(child));
  FormWriter form;
  const std::size_t length = form.reserve32();
  write(order, form);
  form.fill32(length, static_cast<std::uint32_t>(form.size() - 4));
  // One that dies of its order is met when it is listened to.
  (void)child->write(std::string(as_text(form.view())));
  if (!order.follows) child->close_stdin();
  return DecodeProcess(std::move(order.files), settings, std::move(*child), std::move(*position));
}

Result<Decoded> DecodeProcess::finish(const MessageSink& sink) {
  Decoded decoded;
  decoded.files.resize(files_.size());
  while (true) {
    const auto more = take_in(receive(), decoded, sink);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return decoded;
  }
}

Result<std::size_t> DecodeProcess::feed(ByteView bytes) {
  return child_.write_some(as_text(bytes));
}

Result<bool> DecodeProcess::listen(Decoded& decoded, const MessageSink& sink) {
  decoded.files.resize(files_.size());
  while (true) {
    auto batch = gather(0ms);
    if (batch && !*batch) return true;
    Result<ByteView> whole = ByteView();
    if (batch)
      whole = **batch;
    else
      whole = pass_on(std::move(batch));
    const auto more = take_in(whole, decoded, sink);
    if (!more || !*more) return more;
  }
}

Result<bool> DecodeProcess::take_in(const Result<ByteView>& batch, Decoded& decoded,
                                    const MessageSink& sink) {
  Next next = Next::more;
  if (!batch) {
    decoded.death = batch.error().message;
  } else {
    Error refusal{};
    next = take(*batch, decoded, sink, refusal);
    if (next == Next::refused) return tl::unexpected(std::move(refusal));
    if (next == Next::nonsense) decoded.death = "the decoder told what is not its form" + where();
  }
  if (!decoded.death.empty()) {
    child_.signal(SIGKILL);
    fault_.at = place();
    decoded.fault = fault_;
  }
  return next == Next::more && decoded.death.empty();
}

Result<ByteView> DecodeProcess::receive() {
  while (true) {
    const std::uint64_t before = position_.moves();
    auto batch = gather(patience_);
    if (!batch) return pass_on(std::move(batch));
    if (*batch) return **batch;
    if (position_.moves() != before) continue;
    child_.signal(SIGKILL);
    fault_.how = "stood_still";
    return fail(ErrorCode::timeout, "the decoder stood still for {} s and was ended{}",
                patience_.count(), where());
  }
}

Result<std::optional<ByteView>> DecodeProcess::gather(std::chrono::milliseconds within) {
  constexpr std::size_t head = 4, piece = 1u << 20;
  while (true) {
    std::size_t whole = head;
    if (gathered_ >= head) {
      const std::size_t length = ByteReader(batch_).le32();
      if (length > longest_batch)
        return fail(ErrorCode::protocol, "the decoder told what is not its form{}", where());
      whole += length;
      if (gathered_ == whole) {
        gathered_ = 0;
        return ByteView(batch_).subspan(head, length);
      }
    }
    // The memory grows with what comes, not with what is promised.
    const std::size_t more = std::min(piece, whole - gathered_);
    if (batch_.size() < gathered_ + more) batch_.resize(gathered_ + more);
    auto count = child_.read(std::span(batch_).subspan(gathered_, more), within);
    if (!count) return std::nullopt;
    if (*count == 0) return fail(ErrorCode::host, "{}", end_of_child());
    gathered_ += *count;
  }
}

DecodeProcess::Next DecodeProcess::take(ByteView batch, Decoded& decoded, const MessageSink& sink,
                                        Error& refusal) {
  FormReader from(batch);
  if (from.byte() != telling_version) return Next::nonsense;
  messages_.clear();
  Told kind{};
  do {
    kind = static_cast<Told>(from.byte());
    if (kind == Told::message) messages_.push_back(read_message(from));
  } while (from.ok() && kind == Told::message);
  FileRead file;
  std::size_t number = decoded.files.size();
  if (kind == Told::state) {
    number = static_cast<std::size_t>(from.number_to(std::numeric_limits<std::uint32_t>::max()));
    file = read_file(from);
  }
  DecodeTotals totals;
  if (kind == Told::state || kind == Told::done) totals = read_totals(from);
  if (kind == Told::refusal) refusal = read_error(from);
  if (!from.ok() || from.remaining() != 0) return Next::nonsense;
  if (kind == Told::state && number >= decoded.files.size()) return Next::nonsense;
  for (const Message& message : messages_)
    if (message.first.file >= decoded.files.size() || message.last.file >= decoded.files.size())
      return Next::nonsense;
  switch (kind) {
    case Told::state:
      decoded.files[number] = std::move(file);
      break;
    case Told::done:
      break;
    case Told::refusal:
      return Next::refused;
    default:
      return Next::nonsense;
  }
  decoded.totals = std::move(totals);
  for (Message& message : messages_) sink(std::move(message));
  return kind == Told::done ? Next::done : Next::more;
}

std::string DecodeProcess::end_of_child() {
  const auto exit = child_.wait(10s);
  fault_.how = "exit";  // also where only its pipe is closed: it tells nothing more
  if (exit && exit->signal != 0) {
    fault_.how = "signal";
    fault_.signal = exit->signal;
  } else if (exit) {
    fault_.exit_code = exit->code;
  }
  return "the decoder " + (exit ? text_of(*exit) : std::string("closed its pipe")) + where();
}

std::optional<PacketPlace> DecodeProcess::place() const {
  const PacketPlace place = position_.place();
  if (place.file >= files_.size()) return std::nullopt;
  return place;
}

std::string DecodeProcess::where() const {
  const auto at = place();
  if (!at) return "";
  const std::string& name = files_[at->file].name;
  if (at->frame == 0) return fmt::format(", before the first packet of {}", name);
  return fmt::format(", at packet {} of {} (byte {})", at->frame, name, at->offset);
}

}  // namespace brewproof
