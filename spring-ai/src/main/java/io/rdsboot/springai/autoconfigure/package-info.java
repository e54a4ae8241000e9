/**
 * Auto-configuration of Spring AI's stores.
 */
@NullMarked
package io.rdsboot.springai.autoconfigure;

import org.jspecify.annotations.NullMarked;
