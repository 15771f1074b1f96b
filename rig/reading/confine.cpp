#include "rig/reading/confine.h"

#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>

namespace brewproof {
namespace {

// A build with sanitizers cannot be held as tightly: AddressSanitizer reserves terabytes of address
// space, and UndefinedBehaviorSanitizer asks through pipes whether memory can be read.
#ifdef BREWPROOF_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

Result<void> limit(int resource, const char* what, rlim_t most) {
  rlimit now{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &now);
  const rlimit wanted{std::min(most, now.rlim_max), std::min(most, now.rlim_max)};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &wanted) == 0) return {};
  return fail(ErrorCode::host, "limiting {}: {}", what, std::strerror(errno));
}

Result<void> limit_resources(const Confinement& limits) {
  struct Limit {
    int resource;
    const char* what;
    rlim_t most;
  };
  const auto cpu = static_cast<rlim_t>(limits.cpu.count());
  for (const auto& [resource, what, most] :
       {Limit{RLIMIT_CPU, "CPU time", cpu}, Limit{RLIMIT_FSIZE, "the size of files", 0},
        Limit{RLIMIT_NPROC, "processes", 0},
        Limit{RLIMIT_CORE, "core dumps", 0}})  // a dump would hold what the machine sent
    if (auto limited = limit(resource, what, most); !limited) return limited;
  if (sanitized) return {};
  if (auto limited = limit(RLIMIT_NOFILE, "open files", 0); !limited) return limited;
  return limit(RLIMIT_AS, "memory", limits.memory_bytes);
}

/// A network namespace without any interface that is up. Often refused to those who are not root;
/// the filter forbids sockets in any case.
void leave_the_network() {
  if (::unshare(CLONE_NEWNET) != 0) ::unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

/// Landlock with no rule: no path can be reached any more (Linux 5.13; landlock(7)). The filter
/// forbids opening in any case, so a kernel without it is no error.
void leave_the_files() {
  // Everything that Linux 5.13 knows; what came later is in newer kernels' structures only.
  landlock_ruleset_attr nothing{};
  nothing.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  const auto rules = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &nothing, sizeof nothing.handled_access_fs, 0));
  if (rules < 0) return;
  ::syscall(SYS_landlock_restrict_self, rules, 0);
  ::close(rules);
}

struct Filter {
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
  Filter() = default;
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;
  ~Filter() { seccomp_release(context); }

  int failure = 0;  // the first
  template <class... Conditions>
  void rule(std::uint32_t action, int call, Conditions... conditions) {
    if (failure != 0) return;
    // A call that this architecture does not have needs no rule.
    const int added =
        call < 0 ? 0
                 : seccomp_rule_add(context, action, call, sizeof...(conditions), conditions...);
    failure = added;
  }
  void allow(std::initializer_list<int> calls) {
    for (const int call : calls) rule(SCMP_ACT_ALLOW, call);
  }
  void deny(std::initializer_list<int> calls) {
    for (const int call : calls) rule(SCMP_ACT_ERRNO(EACCES), call);
  }
};

Result<void> filter_calls() {
  Filter filter;
  if (filter.context == nullptr)
    return fail(ErrorCode::host, "filtering system calls: libseccomp cannot begin");
  filter.allow({SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek),
                SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(exit), SCMP_SYS(exit_group),
                SCMP_SYS(rt_sigreturn)});
  // Memory and locks. Nothing may be made executable.
  filter.allow({SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
                SCMP_SYS(futex), SCMP_SYS(getrandom)});
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
    filter.rule(SCMP_ACT_ALLOW, call, scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
  // The clock is a library's matter and mostly no call at all (vdso(7)); abort() signals itself.
  filter.allow({SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getpid), SCMP_SYS(gettid),
                SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
                SCMP_SYS(sched_yield)});
  filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
              scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0});
  filter.deny({SCMP_SYS(open),
               SCMP_SYS(openat),
               SCMP_SYS(stat),
               SCMP_SYS(lstat),
               SCMP_SYS(newfstatat),
               SCMP_SYS(statx),
               SCMP_SYS(access),
               SCMP_SYS(faccessat),
               SCMP_SYS(faccessat2),
               SCMP_SYS(readlink),
               SCMP_SYS(readlinkat),
               SCMP_SYS(getcwd),
               SCMP_SYS(socket),
               SCMP_SYS(connect),
               SCMP_SYS(uname),
               SCMP_SYS(sysinfo),
               SCMP_SYS(prlimit64),
               SCMP_SYS(getrlimit),
               SCMP_SYS(sched_getaffinity),
               SCMP_SYS(ioctl),
               SCMP_SYS(prctl)});
  if (sanitized) filter.allow({SCMP_SYS(pipe), SCMP_SYS(pipe2)});
  const int failed = filter.failure != 0 ? filter.failure : seccomp_load(filter.context);
  if (failed == 0) return {};
  return fail(
      ErrorCode::host,
      "filtering system calls: {}; the kernel needs seccomp filters (CONFIG_SECCOMP_FILTER, "
      "also allowed inside a container)",
      std::strerror(-failed));
}

}  // namespace

Result<void> confine(const Confinement& limits) {
  leave_the_network();
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(ErrorCode::host, "giving up new privileges: {}", std::strerror(errno));
  leave_the_files();
  if (auto limited = limit_resources(limits); !limited) return limited;
  return filter_calls();
}

}  // namespace brewproof
