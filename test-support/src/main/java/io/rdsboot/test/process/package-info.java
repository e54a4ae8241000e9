/**
 * Commands that are run, and waiting for them. Only the exception is for users.
 */
@NullMarked
package io.rdsboot.test.process;

import org.jspecify.annotations.NullMarked;
