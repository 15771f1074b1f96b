"""A Modbus RTU server by pymodbus with two slaves of 8 coils and meter registers, on a pseudo-terminal.

Two terminals with a pump between them: pymodbus opens one, the station the other. Prints the station's
path, and ends with its standard input.
"""
import asyncio
import os
import select
import sys
import threading
import tty

from pymodbus.datastore import (ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext)
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer

# 230.1 V, 5.432 A, 1249.9 W, 1234 Wh, 50.0 Hz, power factor 1.00 as the PZEM-004T lays them out
METER = [0x08FD, 0x1538, 0x0000, 0x30D3, 0x0000, 0x04D2, 0x0000, 0x01F4, 0x0064, 0x0000]


def pump(left, right):
    while True:
        for end in select.select([left, right], [], [])[0]:
            os.write(right if end == left else left, os.read(end, 4096))


def slave():
    return ModbusSlaveContext(co=ModbusSequentialDataBlock(0, [False] * 8),
                              ir=ModbusSequentialDataBlock(0, METER), zero_mode=True)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


async def serve(path):
    context = ModbusServerContext(slaves={1: slave(), 2: slave()}, single=False)
    await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=path, baudrate=9600,
                                 ignore_missing_slaves=True)


(station, station_end), (server, server_end) = os.openpty(), os.openpty()
for terminal in (station_end, server_end):
    tty.setraw(terminal)
threading.Thread(target=pump, args=(station, server), daemon=True).start()
threading.Thread(target=end_with_input, daemon=True).start()
print(os.ttyname(station_end), flush=True)
asyncio.run(serve(os.ttyname(server_end)))
