import { createEntityAdapter, createSlice } from '@reduxjs/toolkit';

import { selectionUpdated, serviceAdded, serviceRemoved } from '../events.ts';
import { stateRead } from '../reads.ts';
import type { Service } from '../nodes.ts';

export const services = createEntityAdapter<Service>({
  sortComparer: (one, other) => one.name.localeCompare(other.name),
});

/** The services that one may connect to, and which the viewer chose, in their order. */
export const servicesSlice = createSlice({
  name: 'attache/services',
  initialState: services.getInitialState({ selectedIds: [] as readonly string[] }),
  reducers: {},
  extraReducers: (builder) => {
    builder
      .addCase(stateRead, (state, { payload }) => {
        services.setAll(state, payload.snapshot.services.nodes);
        state.selectedIds = payload.snapshot.viewer.selectedServices.map((service) => service.id);
      })
      .addCase(selectionUpdated, (state, { payload }) => {
        state.selectedIds = payload.selectedServices.map((service) => service.id);
      })
      .addCase(serviceAdded, (state, { payload }) => {
        services.upsertOne(state, payload.service);
      })
      .addCase(serviceRemoved, (state, { payload }) => {
        services.removeOne(state, payload.serviceId);
      });
  },
});
