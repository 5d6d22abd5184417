package io.earwitness.recorder.rtp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls for receiving, with the constants of 64-bit Linux (x86-64 and AArch64). Each
 * returns a negative error number where the call failed.
 */
final class LinuxCalls {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_TIMESTAMPNS = 35;
  static final int SO_RXQ_OVFL = 40;
  static final int SO_MEMINFO = 55;
  static final int SOL_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int MSG_DONTWAIT = 0x40;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EMFILE = 24;
  static final int EADDRINUSE = 98;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      call(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GETSOCKOPT =
      call(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  // Pointers as numbers: this one is called 100,000 times a second, without a check of each segment
  private static final MethodHandle RECVMMSG =
      call(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));

  private static final MethodHandle SENDTO =
      call(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

  private LinuxCalls() {}

  private static MethodHandle call(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  static StructLayout stateLayout() {
    return STATE;
  }

  private static int result(int value, MemorySegment state) {
    return value >= 0 ? value : -(int) ERRNO.get(state, 0L);
  }

  private static IllegalStateException broken(String name, Throwable e) {
    return new IllegalStateException(name, e);
  }

  static int socket(MemorySegment state, int family, int type) {
    try {
      return result((int) SOCKET.invokeExact(state, family, type, 0), state);
    } catch (Throwable e) {
      throw broken("socket", e);
    }
  }

  static int bind(MemorySegment state, int descriptor, MemorySegment address) {
    try {
      return result(
          (int) BIND.invokeExact(state, descriptor, address, (int) address.byteSize()), state);
    } catch (Throwable e) {
      throw broken("bind", e);
    }
  }

  static int setOption(
      MemorySegment state, int descriptor, int level, int option, MemorySegment value) {
    try {
      return result(
          (int)
              SETSOCKOPT.invokeExact(
                  state, descriptor, level, option, value, (int) value.byteSize()),
          state);
    } catch (Throwable e) {
      throw broken("setsockopt", e);
    }
  }

  static int getOption(
      MemorySegment state,
      int descriptor,
      int level,
      int option,
      MemorySegment value,
      MemorySegment length) {
    try {
      return result(
          (int) GETSOCKOPT.invokeExact(state, descriptor, level, option, value, length), state);
    } catch (Throwable e) {
      throw broken("getsockopt", e);
    }
  }

  static int close(MemorySegment state, int descriptor) {
    try {
      return result((int) CLOSE.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw broken("close", e);
    }
  }

  static int recvmmsg(MemorySegment state, int descriptor, long headers, int count) {
    try {
      return result(
          (int) RECVMMSG.invokeExact(state, descriptor, headers, count, MSG_DONTWAIT, 0L), state);
    } catch (Throwable e) {
      throw broken("recvmmsg", e);
    }
  }

  /** Returns bytes sent, or a negative error number. */
  static int sendto(
      MemorySegment state, int descriptor, MemorySegment data, int length, MemorySegment address) {
    try {
      long sent =
          (long)
              SENDTO.invokeExact(
                  state,
                  descriptor,
                  data,
                  (long) length,
                  MSG_DONTWAIT,
                  address,
                  (int) address.byteSize());
      return result((int) sent, state);
    } catch (Throwable e) {
      throw broken("sendto", e);
    }
  }
}
