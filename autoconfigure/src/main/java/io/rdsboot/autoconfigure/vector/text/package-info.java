/**
 * Auto-configuration of text repositories: {@code rds.vector.repositories.<name>.text}.
 */
@NullMarked
package io.rdsboot.autoconfigure.vector.text;

import org.jspecify.annotations.NullMarked;
