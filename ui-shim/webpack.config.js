// Modules are numbered as they are found. By default the number of the entry comes from
// its path, so that no two folders would give the same build.
module.exports = { optimization: { moduleIds: 'natural' } };
