// Files that people write and other programs give: the first byte names the kind, the rest is the
// file.
#include <sys/mman.h>
#include <unistd.h>

#include "rig/bench/bench_file.h"
#include "rig/contract/contract_file.h"
#include "rig/evidence/trials_log.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/procedure_file.h"
#include "tests/fuzz/target.h"
#include "tests/rig/bench/named_drivers.h"

namespace brewproof::fuzz {
namespace {

/// A file that lives in memory: its readers want a path.
class File {
 public:
  explicit File(ByteView bytes) : descriptor_(::memfd_create("input", MFD_CLOEXEC)) {
    if (::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      wrong("the input cannot be laid down");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor_); }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

void inputs(ByteView bytes) {
  if (bytes.empty()) return;
  const ByteView content = bytes.subspan(1);
  const std::uint8_t kind = bytes[0] % 5;
  if (kind == 4) {
    (void)read_plan_json(std::string(as_text(content)), "x");
    return;
  }
  const File file(content);
  switch (kind) {
    case 0:
      (void)read_bench_file(file.path(), testing::named_drivers());
      break;
    case 1:
      (void)read_procedure_file(file.path());
      break;
    case 2:
      (void)read_contract_file(file.path());
      break;
    default:
      (void)read_trials_log(file.path());
  }
}

}  // namespace brewproof::fuzz
