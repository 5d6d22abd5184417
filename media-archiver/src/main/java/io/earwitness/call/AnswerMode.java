package io.earwitness.call;

import java.util.List;

/** Which payload types of an offer are answered. All that comes is kept, whatever was answered. */
public enum AnswerMode implements WireName {
  /** Every one, as many SRCs need: they hang up on less. */
  ALL_CODECS("all-codecs"),
  /** The first that can be decoded, else the first that is audio; telephone events are not. */
  ONE_CODEC("one-codec");

  private final String wireName;

  AnswerMode(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }

  /** The ones to answer, in the order of the offer. */
  public List<Codec> answered(List<Codec> offered) {
    if (this == ALL_CODECS || offered.isEmpty()) {
      return offered;
    }
    return List.of(
        offered.stream()
            .filter(Codec::isDecodable)
            .findFirst()
            .or(() -> offered.stream().filter(codec -> !codec.isAuxiliary()).findFirst())
            .orElseGet(offered::getFirst));
  }
}
