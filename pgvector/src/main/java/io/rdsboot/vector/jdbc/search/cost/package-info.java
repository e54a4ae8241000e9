/**
 * What is known of a table and its filters, and what a search costs by one plan or
 * another.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.vector.jdbc.search.cost;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
