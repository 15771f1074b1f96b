// Work that falls into parts which know nothing of one another, done on all cores at once. The
// result is that of doing one part after another: a proof must not depend on the machine that
// computes it.
#pragma once

#include <cstddef>
#include <functional>

namespace brewproof {

/// So many steps take somewhat less than a millisecond.
inline constexpr std::size_t worth_a_thread = 1 << 18;

/// task(0) ... task(count - 1), in any order and on any thread; returns when all are done. A task
/// writes nothing that another one reads. `steps`: about how many simple steps they are together;
/// what is too little for a thread is done without. Throws what the first of the failed tasks
/// threw.
void in_parallel(std::size_t count, std::size_t steps,
                 const std::function<void(std::size_t)>& task);

}  // namespace brewproof
