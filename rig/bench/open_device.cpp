#include "rig/bench/open_device.h"

namespace brewproof {

Result<std::unique_ptr<Device>> open_device(const ResourceConfig& resource, DriverTable drivers,
                                            const DriverContext& context) {
  const DriverEntry* driver = find_driver(drivers, resource.driver);
  if (driver == nullptr)
    return fail(ErrorCode::bad_file, "{}: there is no driver {}", resource.place, resource.driver);
  auto device = driver->open(resource, context);
  if (!device)
    return fail(device.error().code, "{}: resource {}: {}", resource.place, resource.name,
                device.error().message);
  return device;
}

}  // namespace brewproof
