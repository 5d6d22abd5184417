package io.earwitness.recorder.rtp;

class NioMediaPlaneTest implements MediaPlaneContract {
  @Override
  public boolean kernelTimeStamps() {
    return false;
  }
}
