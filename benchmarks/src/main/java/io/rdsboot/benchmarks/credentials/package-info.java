/**
 * The time that credentials take, and a storm of logins.
 */
@NullMarked
package io.rdsboot.benchmarks.credentials;

import org.jspecify.annotations.NullMarked;
