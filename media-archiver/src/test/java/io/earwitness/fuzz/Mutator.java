package io.earwitness.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes inputs of samples. The same numbers from the generator make the same input. */
final class Mutator {
  /** No input is longer: beyond it, limits refuse by length alone. */
  private static final int LARGEST = 300_000;

  private static final int MAX_STEPS = 8;

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "00000000000000000001",
          "127",
          "128",
          "255",
          "256",
          "65535",
          "65536",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "-9223372036854775808",
          "1e309",
          "0x7f",
          "٣",
          "999999999999999999999999999999999999");

  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** Byte order marks, overlong forms, lone surrogates, cut characters, odd blanks and breaks. */
  private static final List<byte[]> ODD =
      List.of(
          bytes(0xef, 0xbb, 0xbf),
          bytes(0xff, 0xfe),
          bytes(0xfe, 0xff),
          bytes(0xc0, 0x80),
          bytes(0xc0, 0xaf),
          bytes(0xed, 0xa0, 0x80),
          bytes(0xf4, 0x90, 0x80, 0x80),
          bytes(0xe2, 0x82),
          bytes(0xc2, 0xa0),
          bytes(0xe2, 0x80, 0xa8),
          bytes(0),
          bytes(0, 0, 0, 0),
          bytes('\r'),
          bytes('\n'),
          bytes('\r', '\n'),
          bytes('\r', '\n', '\r', '\n'),
          bytes('\r', '\n', ' '),
          bytes('\t'),
          bytes(0x0b),
          bytes(0x1b),
          bytes(0x7f),
          bytes(0x85));

  private final List<byte[]> samples;
  private final List<byte[]> tokens;

  /**
   * A mutator.
   *
   * @param samples inputs that are as they should be, or nearly
   * @param tokens text that means something in them
   */
  Mutator(List<byte[]> samples, List<String> tokens) {
    this.samples = samples;
    this.tokens = tokens.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  byte[] input(RandomGenerator random) {
    byte[] input = samples.get(random.nextInt(samples.size()));
    int steps = 1 + Math.min(random.nextInt(MAX_STEPS), random.nextInt(MAX_STEPS));
    for (int i = 0; i < steps; i++) {
      input = step(input, random);
      if (input.length > LARGEST) {
        input = Arrays.copyOf(input, LARGEST);
      }
    }
    return input;
  }

  private byte[] step(byte[] input, RandomGenerator random) {
    int at = random.nextInt(input.length + 1);
    int end = Math.min(input.length, at + length(random));
    return switch (random.nextInt(14)) {
      case 0 -> flip(input, random);
      case 1 -> replace(input, at, end, noise(random));
      case 2 -> replace(input, at, at, noise(random));
      case 3 -> replace(input, at, end, new byte[0]);
      case 4 -> replace(input, at, at, repeat(slice(input, at, end), random));
      case 5 -> splice(input, at, random);
      case 6 -> number(input, at, random);
      case 7 -> integer(input, at, random);
      case 8 -> Arrays.copyOf(input, at);
      case 9 -> replace(input, at, at, ODD.get(random.nextInt(ODD.size())));
      case 10 -> encoded(input, random);
      case 11 -> line(input, at, random);
      case 12 -> replace(input, at, random.nextBoolean() ? at : end, token(random));
      default -> replace(input, at, at, repeat(token(random), random));
    };
  }

  /** Mostly short. */
  private static int length(RandomGenerator random) {
    return 1 + (random.nextInt(4) > 0 ? random.nextInt(8) : random.nextInt(2000));
  }

  private static byte[] noise(RandomGenerator random) {
    byte[] noise = new byte[length(random)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] token(RandomGenerator random) {
    return tokens.isEmpty() ? noise(random) : tokens.get(random.nextInt(tokens.size()));
  }

  private static byte[] slice(byte[] input, int from, int to) {
    return Arrays.copyOfRange(input, from, to);
  }

  private static byte[] replace(byte[] input, int from, int to, byte[] by) {
    byte[] result = new byte[input.length - (to - from) + by.length];
    System.arraycopy(input, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(input, to, result, from + by.length, input.length - to);
    return result;
  }

  private static byte[] flip(byte[] input, RandomGenerator random) {
    byte[] result = input.clone();
    for (int i = random.nextInt(4); i >= 0 && result.length > 0; i--) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  /** Mostly a few times, seldom until the input is as long as it may be. */
  private static byte[] repeat(byte[] chunk, RandomGenerator random) {
    int times = random.nextInt(8) > 0 ? random.nextInt(20) : random.nextInt(20_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times && out.size() < LARGEST; i++) {
      out.writeBytes(chunk);
    }
    return out.toByteArray();
  }

  private byte[] splice(byte[] input, int at, RandomGenerator random) {
    byte[] other = samples.get(random.nextInt(samples.size()));
    int from = random.nextInt(other.length + 1);
    int to = random.nextBoolean() ? other.length : Math.min(other.length, from + length(random));
    return replace(input, at, random.nextBoolean() ? at : input.length, slice(other, from, to));
  }

  /** Puts an extreme in the place of the next number in digits. */
  private static byte[] number(byte[] input, int at, RandomGenerator random) {
    int from = at;
    while (from < input.length && !isDigit(input[from])) {
      from++;
    }
    int to = from;
    while (to < input.length && isDigit(input[to])) {
      to++;
    }
    String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
    return replace(input, from, to, number.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  /** Overwrites with an extreme, as 8, 16, 32 or 64 bits. */
  private static byte[] integer(byte[] input, int at, RandomGenerator random) {
    int size = 1 << random.nextInt(4);
    byte[] value =
        ByteBuffer.allocate(8).putLong(INTEGERS[random.nextInt(INTEGERS.length)]).array();
    return replace(
        input, at, Math.min(input.length, at + size), Arrays.copyOfRange(value, 8 - size, 8));
  }

  private static byte[] encoded(byte[] input, RandomGenerator random) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    return switch (random.nextInt(5)) {
      case 0 -> text.getBytes(StandardCharsets.UTF_16);
      case 1 -> text.getBytes(StandardCharsets.UTF_16LE);
      case 2 -> text.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
      case 3 -> text.replace("\r\n", "\r").getBytes(StandardCharsets.ISO_8859_1);
      default -> text.getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Drops, doubles or moves the line behind an offset. */
  private static byte[] line(byte[] input, int at, RandomGenerator random) {
    int from = behindLine(input, at);
    int to = behindLine(input, from);
    byte[] line = slice(input, from, to);
    return switch (random.nextInt(3)) {
      case 0 -> replace(input, from, to, new byte[0]);
      case 1 -> replace(input, from, from, repeat(line, random));
      default -> {
        byte[] without = replace(input, from, to, new byte[0]);
        int target = behindLine(without, random.nextInt(without.length + 1));
        yield replace(without, target, target, line);
      }
    };
  }

  private static int behindLine(byte[] input, int at) {
    int i = at;
    while (i < input.length && input[i] != '\n') {
      i++;
    }
    return Math.min(input.length, i + 1);
  }
}
