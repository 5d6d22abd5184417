/**
 * Fuzzing for the tests of all modules: inputs are made from samples by mutation, from a random
 * seed that is printed, so that each can be made again. Knows nothing of what is tested.
 */
@NullMarked
package io.earwitness.fuzz;

import org.jspecify.annotations.NullMarked;
