#include "drivers/transport/usb.h"

#include <algorithm>
#include <array>
#include <map>

#include "drivers/quoted.h"
#include "drivers/transport/usb_context.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

std::array<std::uint8_t, 8> setup_bytes(const UsbSetup& setup, std::size_t length) {
  const auto low = [](std::size_t word) { return static_cast<std::uint8_t>(word); };
  const auto high = [](std::size_t word) { return static_cast<std::uint8_t>(word >> 8); };
  return {setup.request_type, setup.request,     low(setup.value), high(setup.value),
          low(setup.index),   high(setup.index), low(length),      high(length)};
}

class LibusbLink final : public UsbLink {
 public:
  LibusbLink(UsbContext context, ListedUsb listed, std::string resource,
             const DriverContext& driver_context)
      : context_(std::move(context)),
        device_(std::move(listed.device)),
        plugged_(std::move(listed.plugged)),
        resource_(std::move(resource)),
        driver_context_(driver_context) {
    exchange_.resource = resource_;
  }

  ~LibusbLink() override {
    finish();
    // Attaches the kernel's driver again, where one was detached.
    if (claimed_) ::libusb_release_interface(handle_.get(), *claimed_);
  }
  LibusbLink(const LibusbLink&) = delete;
  LibusbLink& operator=(const LibusbLink&) = delete;

  Result<void> open(const UsbKind& kind) {
    libusb_device_handle* handle = nullptr;
    if (const int error = ::libusb_open(device_.get(), &handle); error != LIBUSB_SUCCESS)
      return not_opened(error);
    handle_.reset(handle);
    const UsbConfig config = active_config();
    const auto interface =
        kind.interface_class ? first_of_class(config, *kind.interface_class) : kind.interface;
    if (!interface) return {};
    ::libusb_set_auto_detach_kernel_driver(handle, kind.give_back ? 1 : 0);
    if (!kind.give_back) ::libusb_detach_kernel_driver(handle, *interface);
    if (const int error = ::libusb_claim_interface(handle, *interface); error != LIBUSB_SUCCESS)
      return not_opened(error);
    claimed_ = interface;
    learn_endpoints(config);
    return {};
  }

  Result<void> control_out(const UsbSetup& setup, ByteView bytes) override {
    auto sent = control(setup, Bytes(bytes.begin(), bytes.end()));
    if (!sent) return pass_on(std::move(sent));
    return {};
  }

  Result<Bytes> control_in(const UsbSetup& setup, std::size_t length) override {
    return control(setup, Bytes(length));
  }

  Result<void> write(std::uint8_t endpoint, ByteView bytes) override {
    if (first_cause_) return tl::unexpected(*first_cause_);
    finish();
    open_exchange();
    exchange_.written.assign(bytes.begin(), bytes.end());
    const auto count = transfer(endpoint, exchange_.written, usual_time);
    exchange_.sent.after_drain = driver_context_.clock.now();
    if (!count) return tl::unexpected(count.error());
    if (*count != bytes.size())
      return fail(ErrorCode::protocol, "{}: the device took {} of {} bytes: its state is unknown",
                  resource_, *count, bytes.size());
    return {};
  }

  Result<Bytes> read(std::uint8_t endpoint, std::size_t most, milliseconds within) override {
    if (first_cause_) return tl::unexpected(*first_cause_);
    if (!open_) open_exchange();
    Bytes bytes(most);
    const auto count = transfer(endpoint, bytes, within);
    if (!count) return tl::unexpected(count.error());
    bytes.resize(*count);
    if (!exchange_.sent.first_reply) exchange_.sent.first_reply = driver_context_.clock.now();
    exchange_.received.insert(exchange_.received.end(), bytes.begin(), bytes.end());
    return bytes;
  }

  Sent finish() override {
    // To listen where nothing is said is no exchange.
    const bool is_empty = exchange_.written.empty() && exchange_.received.empty();
    if (open_ && driver_context_.record && !is_empty) driver_context_.record(exchange_);
    open_ = false;
    return exchange_.sent;
  }

  [[nodiscard]] std::optional<std::uint8_t> endpoint(bool in) const override {
    for (const auto& [address, type] : endpoints_)
      if (((address & LIBUSB_ENDPOINT_IN) != 0) == in) return address;
    return std::nullopt;
  }
  [[nodiscard]] const PluggedUsb& device() const override { return plugged_; }
  [[nodiscard]] const std::string& resource() const override { return resource_; }

 private:
  tl::unexpected<Error> not_opened(int error) const {
    const std::string& node = plugged_.node;
    switch (error) {
      case LIBUSB_ERROR_ACCESS:
        return fail(ErrorCode::host,
                    "{}: no permission to open {}: write this line into "
                    "/etc/udev/rules.d/70-brewproof.rules, then `sudo udevadm control --reload`, "
                    "`sudo adduser $USER plugdev`, log in again and replug the device:\n  {}",
                    resource_, node, udev_rule(plugged_));
      case LIBUSB_ERROR_BUSY:
        return fail(ErrorCode::host,
                    "{}: {} is in use by another program (`sudo fuser -v {}` names it): end that "
                    "one first",
                    resource_, node, node);
      default:
        return fail(ErrorCode::io, "{}: opening {}: {}: replug the device", resource_, node,
                    ::libusb_strerror(error));
    }
  }

  using UsbConfig =
      std::unique_ptr<libusb_config_descriptor, decltype(&::libusb_free_config_descriptor)>;

  // nullptr: the device has none that can be read.
  [[nodiscard]] UsbConfig active_config() const {
    libusb_config_descriptor* read = nullptr;
    ::libusb_get_active_config_descriptor(device_.get(), &read);
    return {read, ::libusb_free_config_descriptor};
  }

  static std::optional<int> first_of_class(const UsbConfig& config, std::uint8_t wanted) {
    for (int i = 0; config && i < config->bNumInterfaces; ++i) {
      const libusb_interface& interface = config->interface[i];
      if (interface.num_altsetting > 0 && interface.altsetting->bInterfaceClass == wanted)
        return interface.altsetting->bInterfaceNumber;
    }
    return std::nullopt;
  }

  void learn_endpoints(const UsbConfig& config) {
    if (!config) return;
    for (int i = 0; i < config->bNumInterfaces; ++i) {
      const libusb_interface& interface = config->interface[i];
      if (interface.num_altsetting == 0 || interface.altsetting->bInterfaceNumber != *claimed_)
        continue;
      for (int e = 0; e < interface.altsetting->bNumEndpoints; ++e) {
        const libusb_endpoint_descriptor& endpoint = interface.altsetting->endpoint[e];
        endpoints_[endpoint.bEndpointAddress] = endpoint.bmAttributes & 3;
      }
    }
  }

  void open_exchange() {
    open_ = true;
    const Instant now = driver_context_.clock.now();
    exchange_.sent = {now, now, std::nullopt};
    exchange_.written.clear();
    exchange_.received.clear();
  }

  // `bytes` are sent, or give the length to ask for, as the setup's direction bit says.
  Result<Bytes> control(const UsbSetup& setup, Bytes bytes) {
    if (first_cause_) return tl::unexpected(*first_cause_);
    finish();
    open_exchange();
    const bool in = (setup.request_type & LIBUSB_ENDPOINT_IN) != 0;
    const auto header = setup_bytes(setup, bytes.size());
    exchange_.written.assign(header.begin(), header.end());
    if (!in) exchange_.written.insert(exchange_.written.end(), bytes.begin(), bytes.end());
    const int count = ::libusb_control_transfer(
        handle_.get(), setup.request_type, setup.request, setup.value, setup.index, bytes.data(),
        static_cast<std::uint16_t>(bytes.size()), static_cast<unsigned>(usual_time.count()));
    exchange_.sent.after_drain = driver_context_.clock.now();
    if (count >= 0) bytes.resize(static_cast<std::size_t>(count));
    if (count >= 0 && in) {
      exchange_.sent.first_reply = exchange_.sent.after_drain;
      exchange_.received = bytes;
    }
    finish();
    if (count < 0) return failure(count, usual_time);
    return bytes;
  }

  Result<std::size_t> transfer(std::uint8_t endpoint, Bytes& bytes, milliseconds within) {
    int count = 0;
    const auto type = endpoints_.find(endpoint);
    const auto move = type != endpoints_.end() && type->second == LIBUSB_TRANSFER_TYPE_BULK
                          ? ::libusb_bulk_transfer
                          : ::libusb_interrupt_transfer;
    // 0 would mean: for ever.
    const auto limit = static_cast<unsigned>(std::max<std::int64_t>(1, within.count()));
    const int error =
        move(handle_.get(), endpoint, bytes.data(), static_cast<int>(bytes.size()), &count, limit);
    if (error == LIBUSB_SUCCESS) return static_cast<std::size_t>(count);
    if (error == LIBUSB_ERROR_PIPE) ::libusb_clear_halt(handle_.get(), endpoint);
    return failure(error, within);
  }

  tl::unexpected<Error> failure(int error, milliseconds within) {
    switch (error) {
      case LIBUSB_ERROR_TIMEOUT:
        return fail(ErrorCode::timeout,
                    "{}: the device did not answer within {} ms: its state is unknown", resource_,
                    within.count());
      case LIBUSB_ERROR_PIPE:
        return fail(ErrorCode::protocol,
                    "{}: the device refused the request (stall): is it the board that the bench "
                    "file says?",
                    resource_);
      case LIBUSB_ERROR_NO_DEVICE:
        first_cause_ = Error{ErrorCode::io,
                             fmt::format("{}: the device is gone: unplugged or switched off; it "
                                         "was in USB socket {}",
                                         resource_, plugged_.usb_path)};
        return tl::unexpected(*first_cause_);
      // Noise on the cable (EPROTO, EILSEQ), more bytes than asked for: such a device may recover.
      default:
        return fail(ErrorCode::protocol,
                    "{}: a transfer failed: {}: its state is unknown; is the cable sound?",
                    resource_, ::libusb_strerror(error));
    }
  }

  UsbContext context_;  // first: closed last
  UsbDevice device_;
  UsbHandle handle_;
  PluggedUsb plugged_;
  std::string resource_;
  DriverContext driver_context_;
  std::optional<int> claimed_;
  std::map<std::uint8_t, int> endpoints_;  // address -> transfer type
  std::optional<Error> first_cause_;
  bool open_ = false;
  Exchange exchange_;
};

Result<std::unique_ptr<UsbLink>> open_listed(const UsbContext& usb, ListedUsb listed,
                                             const ResourceConfig& resource,
                                             const DriverContext& context, const UsbKind& kind) {
  auto link = std::make_unique<LibusbLink>(usb, std::move(listed), resource.name, context);
  if (auto opened = link->open(kind); !opened) return pass_on(std::move(opened));
  return link;
}

std::string lines_of(const std::vector<UsbIdentity>& devices) {
  std::string text;
  for (const UsbIdentity& device : devices) text += "\n  " + usb_line(device);
  return text;
}

tl::unexpected<Error> none_found(const ResourceConfig& resource, const UsbKind& kind,
                                 const std::vector<UsbIdentity>& others) {
  const std::string wanted = wanted_usb(resource.options);
  return fail(ErrorCode::io, "{}: no {} is plugged in{}; {}", resource.name, kind.name,
              wanted.empty() ? "" : fmt::format(" with usb: {{{}}}", wanted),
              others.empty() ? "the station has no USB device but hubs"
                             : "plugged in are:" + lines_of(others));
}

tl::unexpected<Error> several_found(const ResourceConfig& resource, const UsbKind& kind,
                                    const std::vector<UsbIdentity>& found) {
  const bool by_serial = std::ranges::all_of(found, [&](const UsbIdentity& device) {
    return !device.serial.empty() &&
           std::ranges::count(found, device.serial, &UsbIdentity::serial) == 1;
  });
  return fail(ErrorCode::io, "{}: {} boards are a {}:{}\ntell them apart by {}", resource.name,
              found.size(), kind.name, lines_of(found),
              by_serial ? "their serial numbers" : "path, the USB socket that each is in");
}

}  // namespace

Result<std::unique_ptr<UsbLink>> open_usb(const ResourceConfig& resource,
                                          const DriverContext& context, const UsbKind& kind) {
  auto usb = start_usb();
  if (!usb) return pass_on(std::move(usb));
  auto devices = list_usb(usb->get());
  if (!devices) return pass_on(std::move(devices));

  // The serial number inside a report is only known when the board has been asked.
  auto by_descriptor = resource.options;
  if (kind.ask_serial) by_descriptor.erase("usb.serial");
  std::vector<UsbIdentity> plugged;
  std::vector<ListedUsb> candidates;
  for (ListedUsb& one : *devices) {
    const PluggedUsb& device = one.plugged;
    if (!device.hub) plugged.push_back(device);
    if (kind.fits(device) && is_wanted(device, by_descriptor)) candidates.push_back(std::move(one));
  }

  const bool must_ask =
      kind.ask_serial && (resource.options.contains("usb.serial") || candidates.size() > 1);
  if (!must_ask && candidates.size() == 1)
    return open_listed(*usb, std::move(candidates.front()), resource, context, kind);

  std::unique_ptr<UsbLink> chosen;
  std::vector<UsbIdentity> found;
  std::optional<Error> refused;  // a board that could not be asked may be the one
  for (ListedUsb& candidate : candidates) {
    UsbIdentity identity = candidate.plugged;
    if (!must_ask) {
      found.push_back(identity);
      continue;
    }
    auto link = open_listed(*usb, std::move(candidate), resource, context, kind);
    auto serial =
        link ? kind.ask_serial(**link) : Result<std::string>(tl::unexpected(link.error()));
    if (!serial) refused = serial.error();
    identity.serial = serial.value_or("");
    std::ranges::replace_if(
        plugged, [&](const UsbIdentity& one) { return one.usb_path == identity.usb_path; },
        identity);
    if (!is_wanted(identity, resource.options)) continue;
    found.push_back(identity);
    if (link) chosen = std::move(*link);
  }
  if (found.size() > 1) return several_found(resource, kind, found);
  if (chosen) return chosen;
  if (refused) return tl::unexpected(*refused);
  return none_found(resource, kind, plugged);
}

}  // namespace brewproof
