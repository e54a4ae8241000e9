/**
 * What stands in for AWS itself. Internal: nothing here is for users.
 */
@NullMarked
package io.rdsboot.test.aws;

import org.jspecify.annotations.NullMarked;
