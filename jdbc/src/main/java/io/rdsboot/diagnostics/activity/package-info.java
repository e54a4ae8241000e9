/**
 * What sessions do: statements that run, transactions, waits for locks, connections.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.rdsboot.diagnostics.activity;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
