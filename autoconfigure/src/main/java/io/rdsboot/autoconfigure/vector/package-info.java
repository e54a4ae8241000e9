/**
 * Auto-configuration of vector repositories: {@code rds.vector}.
 */
@NullMarked
package io.rdsboot.autoconfigure.vector;

import org.jspecify.annotations.NullMarked;
