/**
 * Auto-configuration, configuration properties, connection details and failure analyzers.
 */
@NullMarked
package io.rdsboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
