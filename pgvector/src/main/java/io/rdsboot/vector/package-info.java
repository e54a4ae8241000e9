/**
 * pgvector tables as typed repositories, on any PostgreSQL {@code DataSource}.
 */
@NullMarked
package io.rdsboot.vector;

import org.jspecify.annotations.NullMarked;
