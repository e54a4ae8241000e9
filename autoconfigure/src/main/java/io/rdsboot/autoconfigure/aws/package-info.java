/**
 * How AWS is reached.
 */
@NullMarked
package io.rdsboot.autoconfigure.aws;

import org.jspecify.annotations.NullMarked;
