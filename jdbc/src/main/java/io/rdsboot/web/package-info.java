/**
 * Consistency over HTTP: tokens that come and go with requests.
 */
@NullMarked
package io.rdsboot.web;

import org.jspecify.annotations.NullMarked;
