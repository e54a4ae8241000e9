/**
 * Consistency over messages: tokens that go with what is sent, and units of work for what
 * is received.
 */
@NullMarked
package io.rdsboot.messaging;

import org.jspecify.annotations.NullMarked;
