#include "rig/network/network_record.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace brewproof {
namespace {

constexpr const char* record_file = "/run/brewproof/network.json";

tl::unexpected<Error> failed(const char* what) {
  return fail(ErrorCode::host, "{}: {}: {}", record_file, what, std::strerror(errno));
}

}  // namespace

Result<Descriptor> open_record(bool make) {
  if (make && ::mkdir(network_folder, 0755) != 0 && errno != EEXIST) return failed("its folder");
  const int flags = make ? O_RDWR | O_CREAT : O_RDONLY;
  Descriptor file{::open(record_file, flags | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!file && !make && errno == ENOENT) return Descriptor{};
  if (!file) return failed("opening it");
  struct stat about{};
  if (::fstat(file.number(), &about) != 0) return failed("looking at it");
  // Its commands are run by whoever takes the network down.
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0 || (make && about.st_uid != ::geteuid()))
    return fail(ErrorCode::host,
                "{}: others may write to it, so nothing of it is run: remove it by hand",
                record_file);
  return file;
}

bool lock_record(const Descriptor& file, bool wait) {
  int done = -1;
  do done = ::flock(file.number(), LOCK_EX | (wait ? 0 : LOCK_NB));
  while (done != 0 && errno == EINTR);
  return done == 0;
}

bool record_is_there(const Descriptor& file) {
  struct stat about{};
  return ::fstat(file.number(), &about) == 0 && about.st_nlink > 0;
}

Result<NetworkRecord> read_record(const Descriptor& file) {
  std::string text(std::size_t{1} << 16, '\0');
  const ssize_t size = ::pread(file.number(), text.data(), text.size(), 0);
  const auto json = nlohmann::json::parse(
      text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0))), nullptr, false);
  const auto no_record = [] {
    return fail(ErrorCode::host, "{} is no record of a network: remove it by hand", record_file);
  };
  if (!json.is_object() || !json.contains("undo") || !json["undo"].is_array()) return no_record();
  try {
    NetworkRecord record{json.at("bench"), json.at("pid"), {}};
    for (const auto& words : json["undo"]) {
      record.undo.push_back({words.get<std::vector<std::string>>()});
      if (record.undo.back().words.empty()) return no_record();
    }
    return record;
  } catch (const nlohmann::json::exception&) {
    return no_record();
  }
}

Result<void> write_record(const Descriptor& file, const NetworkRecord& record) {
  nlohmann::json undo = nlohmann::json::array();
  for (const Command& command : record.undo) undo.push_back(command.words);
  const std::string text =
      nlohmann::json{{"bench", record.bench}, {"pid", record.pid}, {"undo", undo}}.dump(
          1, ' ', true, nlohmann::json::error_handler_t::replace) +
      "\n";
  if (::ftruncate(file.number(), 0) != 0 ||
      ::pwrite(file.number(), text.data(), text.size(), 0) != std::ssize(text))
    return failed("writing it");
  return {};
}

void remove_record() {
  ::unlink(lease_file);
  ::unlink(record_file);
  ::rmdir(network_folder);  // stays where somebody else has something in it
}

}  // namespace brewproof
