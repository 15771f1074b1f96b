// A resource of the bench file becomes a Device: the one place where its driver is looked up.
#pragma once

#include <memory>

#include "rig/bench/driver.h"

namespace brewproof {

/// Opens `resource` with its driver. Errors are the driver's, with the resource's place and name;
/// `bad_file` where this program has no such driver.
[[nodiscard]] Result<std::unique_ptr<Device>> open_device(const ResourceConfig& resource,
                                                          DriverTable drivers,
                                                          const DriverContext& context);

}  // namespace brewproof
