// `terminal:` of a bench file with `payment: real`: the payment terminal that is wired to the
// machine, by which what it sends is told from what the machine sends.
#pragma once

#include "rig/bench/bench_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// Reads `payment` and `terminal`, which may be absent, into `bench`, whose resources, controls and
/// `dut` are known. With `payment: real` nothing may answer on the payment bus beside the terminal.
void read_payment(const yaml::Node& payment, const yaml::Node& terminal, DriverTable drivers,
                  BenchFile& bench);

}  // namespace brewproof
